import { createHash } from 'node:crypto';
import test from 'ava';
import type { FaultInput } from '#simulator/fault-schema.ts';
import { type Person, ticketIn } from '#test/support/person.ts';
import type { EnterpriseForm } from '#test/support/seed-service.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

// The pages as a browser without JavaScript meets them; what the script does is tried in a real browser.
const service = await sharedService();
const { control } = service.simulator;
const open = (person: Person) => person.visit(`/logins/${person.loginId}`);
const refreshIn = (html: string) => /<meta http-equiv="refresh" content="(\d+)"/.exec(html)?.[1];

async function someone({
  fault,
  form = {},
  lang,
}: {
  fault?: Partial<FaultInput>;
  form?: EnterpriseForm;
  lang?: 'en' | 'zh_CN';
} = {}) {
  const enterprise = await service.seedEnterprise(form);
  const person = service.person();
  if (fault) control.addFault({ person: person.name, endpoint: 'access_token', ...fault } as FaultInput);
  const authorizeUrl = await person.start(enterprise.entId, lang && { lang });
  await person.callback(await person.authorize(authorizeUrl));
  return { ...enterprise, person, authorizeUrl };
}

test('while the login is pending the page asks to be loaded again', async (t) => {
  const { person } = await someone({ fault: { kind: 'hang' } });
  const page = await open(person);
  t.is(page.status, 200);
  t.true(Number(refreshIn(page.text)) >= 1 && Number(refreshIn(page.text)) <= 5);
  t.is(page.headers['cache-control'], 'no-store');
  t.is(page.headers['referrer-policy'], 'no-referrer');
});

test('its policy allows the style and the script that it holds, and nothing else', async (t) => {
  const { person } = await someone({ fault: { kind: 'hang' } });
  const { headers, text } = await open(person);
  const policy = String(headers['content-security-policy']);
  t.notRegex(policy, /unsafe-inline|unsafe-eval|\*|https?:/);
  for (const element of ['style', 'script']) {
    const contents = [...text.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, 'g'))];
    t.is(contents.length, 1);
    const hash = createHash('sha256')
      .update(contents[0]?.[1] ?? '')
      .digest('base64');
    t.true(policy.includes(`; ${element}-src 'sha256-${hash}'`));
  }
  t.notRegex(text, /<script [^>]|<link rel="stylesheet"|\son\w+=|href="javascript:/i);
});

test('a login that ends while its page is open needs no other request', async (t) => {
  const fault = { kind: 'latency', ms: 700 } as const;
  for (const form of [{}, { unbound: 'bind' as const }]) {
    // On a busy machine a login may take longer than its page stays open.
    const { person, enterprise, text } = await until(async () => {
      const { person, ...enterprise } = await someone({ fault, form });
      const { text } = await open(person);
      return text.includes('id="end"') && { person, enterprise, text };
    });
    const [, refresh = ''] = /<noscript><meta http-equiv="refresh" content="0;url=([^"]+)">/.exec(text) ?? [];
    const location = refresh.replaceAll('&amp;', '&');
    const [, view = ''] = /<i id="end" hidden data-view="([^"]+)">/.exec(text) ?? [];
    t.is(JSON.parse(view.replaceAll('&quot;', '"').replaceAll('&amp;', '&')).location, location);
    t.is((await person.poll()).location, location);
    if (form.unbound === undefined) {
      const told = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', {
        ticket: ticketIn(location),
      });
      t.is(told.status, 200);
    }
  }
});

test('a login that takes longer than its page stays open is asked about', async (t) => {
  const { person } = await someone({ fault: { kind: 'hang' } });
  const { text } = await open(person);
  t.false(text.includes('id="end"'));
  t.is((await person.poll()).status, 'pending');
});

test('a login that is ready, or to be bound, leads on by itself', async (t) => {
  for (const form of [{}, { unbound: 'bind' as const }]) {
    const { person } = await someone({ form });
    const { location } = await person.waitForEnd();
    const page = await open(person);
    t.is(page.status, 303);
    t.is(page.location, location ?? '');
  }
});

test('a lost code leads back to WeChat by itself twice, then there is a button', async (t) => {
  const { person, authorizeUrl } = await someone({ fault: { kind: 'error', errcode: 40029 } });
  for (let round = 0; round < 2; round += 1) {
    await person.waitForEnd();
    t.like(await open(person), { status: 303, location: authorizeUrl });
    await person.callback(await person.authorize(authorizeUrl));
  }
  await person.waitForEnd();
  const page = await open(person);
  t.is(page.status, 200);
  t.true(page.text.includes(`href="${authorizeUrl.replaceAll('&', '&amp;')}"`));
  t.is(refreshIn(page.text), undefined);
});

test('a snapshot visitor is told to tap 使用完整服务, and the page looks again', async (t) => {
  const { entId, appid } = await service.seedEnterprise();
  const person = service.person();
  await person.start(entId);
  const { code } = control.mintCode({ appid, person: person.name, snapshot: true });
  await person.callback(`/wechat/callback?code=${code}&state=${person.loginId}`);
  await person.waitForEnd();
  const page = await open(person);
  t.is(page.status, 200);
  t.true(page.text.includes('使用完整服务'));
  t.not(refreshIn(page.text), undefined);
});

test('a failed login has a button that starts again, where it was to lead', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  control.addFault({ kind: 'error', errcode: 50002, person: person.name });
  await person.callback(await person.authorize(await person.start(entId, { target: '/chat/7' })));
  await person.waitForEnd();
  const page = await open(person);
  t.is(page.status, 200);
  const [, again = ''] = /href="(\/wechatTransfer[^"]*)"/.exec(page.text) ?? [];
  const query = new URLSearchParams(again.replaceAll('&amp;', '&').split('?')[1]);
  t.is(query.get('ent_id'), entId);
  t.is(query.get('target'), '/chat/7');
});

test('the page speaks the language of the link, else the browser’s', async (t) => {
  const fault = { kind: 'hang' } as const;
  const english = await someone({ fault, lang: 'en' });
  const chinese = await someone({ fault });
  t.regex((await open(english.person)).text, /<html lang="en/);
  t.regex((await open(chinese.person)).text, /<html lang="zh/);
});

test('an unknown login and another browser’s show the same page', async (t) => {
  const { person } = await someone();
  await person.waitForEnd();
  const stranger = service.person();
  await stranger.start((await service.seedEnterprise()).entId);
  const foreign = await stranger.visit(`/logins/${person.loginId}`);
  const unknown = await stranger.visit(`/logins/00${'f'.repeat(32)}`);
  t.is(foreign.status, 404);
  t.is(foreign.text, unknown.text);
});
