import type { Words } from './words.ts';

/** What a page says, in English. */
export const en: Words = {
  htmlLang: 'en',
  otherLanguage: { code: 'zh-CN', name: '中文' },
  footer: 'Secure sign-in with WeChat',
  supportCode: 'Support code',
  startAgain: 'Sign in again',
  back: 'Back without signing in',
  leadOn: 'Not moving on? Continue here',
  beginThereAgain: 'Go back to the application that you want to use, and start signing in there again.',
  openMessageAgain: 'Go back to WeChat and open the sign-in link in your message again.',

  pending: {
    title: 'Signing you in',
    text: 'Confirming your identity with WeChat. You will go on automatically, so keep this page open.',
    steps: {
      allowed: 'Allowed',
      checking: 'WeChat confirms',
      opening: (name) => (name ? `To ${name}` : 'You are in'),
    },
    waited: 'Waiting for',
    slow: 'This takes a little longer than usual. You can keep waiting; there is nothing you need to do.',
    slower: 'You are still in line. Opening the link again will not be faster.',
    offline: 'The connection is unstable. Reconnecting…',
    reload: 'Nothing happening? Reload',
    wayOut: 'Tired of waiting? Sign in again',
  },
  ready: { title: 'You are signed in', who: (who) => `Hello, ${who}`, text: 'Opening your page…' },
  bind: {
    title: 'One more step',
    text: 'This WeChat is not linked to an account yet. Taking you to the page where you can link it…',
  },
  again: {
    title: 'One more confirmation',
    text: 'Taking you back to WeChat in a moment to confirm.',
  },
  tap: {
    title: 'Please authorize again',
    text: 'WeChat’s authorization did not take effect. Tap the button below to confirm in WeChat once more.',
    action: 'Authorize in WeChat',
  },
  snapshot: {
    title: 'Tap 使用完整服务 at the bottom right',
    text: 'WeChat has opened a read-only snapshot of this page. Tap 使用完整服务 (“use full service”) at the bottom right and allow access to go on signing in.',
    note: 'Nothing was read from or linked to your account in the snapshot.',
  },
  failed: {
    title: 'Sign-in did not succeed',
    misconfigured:
      'WeChat sign-in is not set up correctly here. Please contact the administrator: trying again may not help yet.',
    refused:
      'WeChat did not allow this sign-in. You may have declined, or your WeChat account may be restricted for now.',
    unavailable: 'WeChat is not taking sign-ins here at the moment. Please try again later.',
    expired:
      'This sign-in has timed out or was already used. Just sign in again; your account is not affected.',
    internal: 'Something went wrong on our side, not yours. Please try again.',
    gone: 'We could not find this sign-in any more. Please sign in again.',
  },

  outside: {
    title: 'Open in WeChat',
    text: (name) => `Signing in to ${name} needs WeChat. Scan this code with WeChat on your phone.`,
    qr: 'QR code of the sign-in link',
    onPhone: 'On your phone? Copy this link and open it inside WeChat:',
    copy: 'Copy the link',
    copied: 'Copied. Now open it in WeChat',
    otherDevice: (name) => `Or scan with WeChat on another phone, to sign in to ${name} there:`,
    action: 'Continue in this browser',
    note: 'Outside WeChat, authorization may not complete.',
  },
  scan: {
    waiting: {
      title: (name) => `Scan to sign in to ${name}`,
      text: 'Scan this code with WeChat on your phone and confirm there. This computer is then signed in by itself.',
      qr: 'QR code that signs this computer in',
      noPicture: 'The QR code will appear in a moment…',
      link: 'Using WeChat on this computer? You can also open this link inside WeChat:',
    },
    asking: { title: 'Look at your phone', text: 'The code was scanned. Please confirm on the phone.' },
    match: {
      title: 'Enter the 3 digits',
      text: (who) => `${who} allowed this on the phone. Enter the digits that the phone shows.`,
      label: 'The 3 digits that the phone shows',
      wrong: 'These are not the digits. You can try once more.',
      action: 'Sign in',
    },
    ended: {
      title: (who) => `Signing in as ${who}`,
      text: 'You will go on in a moment. If this is not you, cancel.',
      cancel: 'Cancel',
      leadOn: 'Not moving on? Continue here',
    },
    denied: {
      title: 'Not signed in',
      text: 'It was canceled, or the digits were wrong twice. You can try again with a new code.',
    },
    expired: {
      title: 'This code is no longer valid',
      text: 'It has expired or was already used. Use the button below to get a new one.',
    },
    again: 'Get a new code',
  },
  scanPhone: {
    asking: {
      title: (name) => `Sign in to ${name} on a computer?`,
      who: 'You sign in as',
      device: 'Computer',
      unknownDevice: 'A browser we do not know',
      opened: 'Its page was opened',
      seconds: (seconds) => `${seconds} s ago`,
      minutes: (minutes) => `${minutes} min ago`,
      network: 'Its network',
      sameNetwork: 'The same as this phone’s',
      otherNetwork: 'Not the same as this phone’s',
      warning:
        'Allow this only if you yourself just opened the sign-in page on that computer. If somebody sent you the code, cancel.',
      deny: 'Cancel',
      allow: 'Allow sign-in',
    },
    match: {
      title: 'Enter these 3 digits on the computer',
      warning:
        'Only on the computer in front of you. Tell them to nobody: whoever has them can sign in as you.',
    },
    ended: {
      title: 'Look at your computer',
      text: 'Sign-in is allowed. Go on there; you can close this page.',
    },
    denied: {
      title: 'Not signed in',
      text: 'This sign-in was canceled, and the computer is not signed in. You can close this page.',
    },
  },
  consent: {
    title: (name) => `Sign in to ${name}`,
    text: (account) =>
      `To confirm that it is you, we ask WeChat for the following through the account “${account}”:`,
    profile: 'Your nickname and avatar',
    profileWhy: 'So that you and your colleagues recognize your account',
    profileLater: 'When you sign in for the first time: your nickname and avatar',
    profileLaterWhy: 'WeChat asks you before; later on it is not needed',
    id: 'Your ID with this account (OpenID)',
    idWhy: 'So that we know you next time. It is not your WeChat ID, and other accounts see another one',
    unionid: 'Your ID in all apps of this company (UnionID)',
    unionidWhy: 'So that its other apps know you, too',
    kept: (name) =>
      `${name} handles this, for signing in only, and keeps it until your account is unlinked; records of sign-ins are kept for 30 days.`,
    ask: (support) => `To see, correct or delete it, contact: ${support}`,
    askEnterprise: (name) => `To see, correct or delete it, contact ${name}.`,
    never: 'We cannot see your WeChat ID, phone number, friends or chats.',
    privacy: 'Privacy policy',
    terms: 'Terms of service',
    action: 'Sign in with WeChat',
  },
  confirm: {
    title: (name) => `Sign in to ${name}?`,
    text: 'We cannot tell whether this sign-in was started in this browser.',
    warning:
      'Continue only if you opened this sign-in yourself just now. If somebody sent you the link, close this page.',
    action: 'It was me, continue',
  },
  onThisPhone: 'Sign in on this phone',
  startAgainFor: {
    'qr-used': {
      title: 'This code is no longer valid',
      text: 'It has expired or was already used. Go back to the computer and scan the new code on its screen.',
    },
    'too-many-scans': {
      title: 'Too many sign-ins to confirm',
      text: 'Too many computers wait for your confirmation. Cancel or confirm them first, or try again in three minutes.',
    },
    'unknown-login': {
      title: 'This sign-in is no longer valid',
      text: 'We could not find this sign-in. It may have expired, or it is already finished.',
    },
    expired: {
      title: 'This sign-in has timed out',
      text: 'WeChat’s authorization lasts five minutes, and they have passed.',
    },
    refused: {
      title: 'Access was not allowed',
      text: 'We cannot sign you in without your consent. If that was a slip, you can start again.',
    },
    'too-many-codes': {
      title: 'Too many attempts',
      text: 'This sign-in was authorized too many times and has been stopped. Please start a new one.',
    },
    'cookies-off': {
      title: 'The browser did not keep this sign-in',
      text: 'Cookies seem to be turned off. Allow cookies, or open the link in WeChat, and try again.',
    },
  },
  logout: {
    title: 'Sign out?',
    text: (client) =>
      client
        ? `${client} asks to sign you out here. You stay signed in to WeChat itself.`
        : 'You are asked to sign out here. You stay signed in to WeChat itself.',
    action: 'Sign out',
    stay: 'Stay signed in',
  },
  loggedOut: { title: 'You are signed out', text: 'You can close this page.' },
  retrying: {
    title: 'Almost there',
    text: 'The service is recovering. This page tries again by itself; there is nothing you need to do.',
    note: (seconds) => `Trying again in ${seconds} s`,
  },
  hold: {
    title: 'You are in line',
    because: {
      busy: (name) =>
        `Many people are signing in to ${name} right now. You will go on automatically when it is your turn, so please keep this page open.`,
      'wechat-unreachable': (name) =>
        `WeChat does not answer at the moment, so nobody can sign in to ${name} just now. You will go on automatically, so please keep this page open.`,
      'minute-used-up': (name) =>
        `WeChat lets only so many people a minute sign in to ${name}, and this minute is used up. You will go on automatically when it is your turn, so please keep this page open.`,
      'day-used-up': (name) =>
        `WeChat lets only so many people a day sign in to ${name}, and today’s are used up. This page goes on by itself when WeChat allows more; you can also come back later.`,
      'paused-by-operator': (name) =>
        `Signing in to ${name} was paused by its administrator for a while. You will go on automatically, so please keep this page open.`,
      'no-workers': (name) =>
        `Signing in to ${name} is not possible for a moment, because part of our service is being restarted. You will go on automatically, so please keep this page open.`,
    },
    place: 'Your place',
    wait: 'Expected wait',
    seconds: (seconds) => `${seconds} s`,
    minutes: (minutes) => `about ${minutes} min`,
  },
  problem: {
    bad: { title: 'This link is not right', text: 'The link is incomplete or has been changed.' },
    missing: { title: 'Page not found', text: 'There is no sign-in page here. The link may be wrong.' },
    long: {
      title: 'This link is too long',
      text: 'The link, or what was sent with it, is too long to open.',
    },
    many: { title: 'Too many requests', text: 'Please wait a moment and try again.' },
    busy: {
      title: 'Sign-in is unavailable for a moment',
      text: 'The service is recovering. Please try again shortly.',
    },
    broken: {
      title: 'Something went wrong',
      text: 'The problem is on our side. It was nothing you did. Please try again later.',
    },
    again: 'Try again',
    code: 'Error code',
  },
};
