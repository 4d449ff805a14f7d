import encodeQR from 'qr';
import { choiceStyle, choosePerson } from './choose-person.ts';
import { html } from './html.ts';
import { layout } from './pages.ts';
import type { Person } from './people.ts';

const codeStyle = `
.code { width: 14rem; max-width: 100%; margin: auto; padding: .75rem; border-radius: .5rem; background: #fff } .code svg { display: block; width: 100% }`;

// As WeChat's own page: the answer is a script that sets two variables.
const script = (uuid: string) => `
const told = document.querySelector('[role=status]');
const timer = setInterval(async () => {
  const answer = await fetch('/connect/l/qrconnect?uuid=${uuid}').then((one) => one.text(), () => '');
  if (answer.includes('errcode=405')) location.replace('/connect/qrconnect/leave?uuid=${uuid}');
  if (answer.includes('errcode=403')) told.textContent = '你已取消此次登录 · refused on the phone';
  if (answer.includes('errcode=402')) told.textContent = '二维码已过期，请刷新 · expired: reload';
  if (/errcode=40[25]/.test(answer)) clearInterval(timer);
}, 1000);`;

/** The page of a website application: a QR code for WeChat, and how to play the phone. */
export function qrConnectPage({
  name,
  uuid,
  onPhone,
}: {
  name: string;
  uuid: string;
  onPhone: string;
}): string {
  return layout(
    '微信登录',
    html`<style>${{ html: codeStyle }}</style><h1 class="center">微信登录<small>${name}</small></h1>
<div class="code" role="img" aria-label="二维码 QR code">${{ html: encodeQR(onPhone, 'svg') }}</div>
<p class="center" role="status">请使用微信扫描二维码登录<small>Scan it with a phone of the simulator</small></p><div class="grow"></div>
<a class="button" id="be-phone" target="_blank" href="/connect/confirm?uuid=${uuid}">扮演手机 Be the phone</a>
<a class="button plain" href="/connect/qrconnect/leave?uuid=${uuid}">已在手机确认 Confirmed on the phone</a>
<script>${{ html: script(uuid) }}</script>`,
  );
}

/** What the phone shows. */
export function confirmPage(options: {
  name: string;
  uuid: string;
  choices: readonly Person[];
  chosen: string;
}): string {
  const { name, uuid, choices, chosen } = options;
  return layout(
    '确认登录',
    html`<style>${{ html: choiceStyle }}</style><h1>${name}<small>申请使用你的微信登录 · asks to log you in on a computer</small></h1>
<form method="post" action="/connect/confirm" autocomplete="off"><input type="hidden" name="uuid" value="${uuid}">
${choosePerson(choices, chosen)}<div class="grow"></div><div class="buttons">
<button class="yes" name="decision" value="allow">确认登录 Allow</button>
<button name="decision" value="refuse">取消 Cancel</button></div></form>`,
  );
}

export function confirmedPage(isRefused = false): string {
  const [mark, chinese, english] = isRefused
    ? ['✋', '已取消登录', 'You refused']
    : ['✅', '已确认，请看电脑', 'Confirmed: look at the computer'];
  return layout(
    chinese,
    html`<p class="mark center">${mark}</p><h1 class="center">${chinese}<small>${english}</small></h1><div class="grow"></div>`,
  );
}

export function expiredPage(): string {
  return layout(
    '二维码已失效',
    html`<p class="mark center">⚠️</p><h1 class="center">二维码已失效，或还没有在手机确认<small>The code is used or expired, or no phone has confirmed</small></h1><div class="grow"></div>`,
  );
}
