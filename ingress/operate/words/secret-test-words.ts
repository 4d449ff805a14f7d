import type { Language } from '#ingress/browser/pages/language.ts';
import { errcodeWords, withAddresses } from '#ingress/operate/words/errcode-words.ts';
import type { ProbeOutcome, ProbeResult } from '#models/account/secret-test.ts';

type Said = { readonly means: string; readonly do: string };

const words: Readonly<Record<Language, Readonly<Record<'secretGood' | 'doorOpen' | 'noWorker', Said>>>> = {
  en: {
    secretGood: { means: 'WeChat takes the appid, the secret and our address', do: 'Nothing.' },
    doorOpen: {
      means: 'The secret is right, logins are possible: WeChat refuses only the code, which was made up',
      do: 'Nothing.',
    },
    noWorker: {
      means: 'No worker took the test within ten seconds',
      do: 'See that workers run and that none is of an older release, and test again.',
    },
  },
  zh_CN: {
    secretGood: { means: '微信接受该 appid、AppSecret 和我们的地址', do: '无需处理。' },
    doorOpen: { means: 'AppSecret 正确，可以登录：微信只拒绝了编造的 code', do: '无需处理。' },
    noWorker: { means: '十秒内没有 worker 执行测试', do: '请确认 worker 正在运行且没有旧版本，然后重试。' },
  },
};

/** A made-up code that is refused as such is what a good secret gets. */
const isDoorOpen = (token: ProbeResult): boolean => token === 40_029 || token === 'ok';

/** A test of a secret, as it is told to an operator. `outcome`: undefined where no worker took it. */
export function tellSecretTest(outcome: ProbeOutcome | undefined, lang: Language) {
  if (outcome === undefined || ('notCalled' in outcome && outcome.notCalled === 'late'))
    return { tested: false, ok: false, checks: [], ...words[lang].noWorker };
  if ('notCalled' in outcome)
    return { tested: false, ok: false, checks: [], ...saidOf(outcome.notCalled, lang) };
  const { stableToken, token, address } = outcome;
  const secret = stableToken === 'ok' ? words[lang].secretGood : saidOf(stableToken, lang, address);
  const door = isDoorOpen(token) ? words[lang].doorOpen : saidOf(token, lang, address);
  const isGood = stableToken === 'ok' && isDoorOpen(token);
  return {
    tested: true,
    ok: isGood,
    checks: [
      { call: 'stable_token', result: String(stableToken), ...secret },
      { call: 'token', result: String(token), ...door },
    ],
    // What stands in the way of the first call stands in the way of all.
    ...(stableToken === 'ok' ? door : secret),
  };
}

function saidOf(cause: string | number, lang: Language, address?: string): Said {
  const { means, do: remedy } = errcodeWords(lang, String(cause));
  const isRefused = address !== undefined && String(cause) === '40164';
  return { means, do: isRefused ? withAddresses(remedy, [address], lang) : remedy };
}
