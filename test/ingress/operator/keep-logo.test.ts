import { readFileSync } from 'node:fs';
import test from 'ava';
import { tellLogoFault } from '#ingress/operate/words/logo-fault-words.ts';
import { type FetchLogo, LogoFault } from '#ingress/operator/fetch-logo.ts';
import { createKeepLogo } from '#ingress/operator/keep-logo.ts';
import { bytesOf, logoIdOf } from '#models/documents/logo.ts';
import { capturedLog } from '#test/support/captured-log.ts';
import { until } from '#test/support/until.ts';
import { adminToken, withAdminDoor } from './with-admin-door.ts';

const enterprise = { appid: 'wx0123456789abcdef', name: 'Acme', login_url: 'https://host.example/login' };
const logoUrl = 'https://cdn.example/logo.png';

/** What it fetches is the address itself. */
async function withLogos(t: Parameters<typeof withAdminDoor>[0]) {
  const asked: string[] = [];
  const away = new Set<string>();
  const held = new Map<string, Promise<void>>();
  const fetchLogo: FetchLogo = async (url) => {
    asked.push(url);
    await held.get(url);
    if (away.has(url)) throw new LogoFault('answered 500, not 200');
    return { type: 'image/png', bytes: Buffer.from(url) };
  };
  const door = await withAdminDoor(t, { fetchLogo });
  await door.call('PUT', `/v1/accounts/${enterprise.appid}`, { json: { secret: 's'.repeat(32), name: 'A' } });
  const put = (members: object) =>
    door.call('PUT', '/v1/enterprises/acme', { json: { ...enterprise, ...members } });
  const kept = async () => {
    const logo = await door.logos.findOne({ entId: 'acme' }).sort({ updatedAt: -1 }).lean();
    return logo ? bytesOf(logo).toString() : undefined;
  };
  /** What a browser does with the enterprise's form. */
  async function send(path: string, form: Record<string, string>, lang = 'en') {
    const body = new URLSearchParams({
      ...enterprise,
      unbound: 'create',
      scope: 'snsapi_userinfo',
      unionid: 'never',
      ...form,
    });
    const headers = { authorization: `Bearer ${adminToken}`, accept: 'text/html', 'accept-language': lang };
    const answer = await fetch(door.origin + path, { method: 'POST', redirect: 'manual', body, headers });
    const text = await answer.text();
    return { status: answer.status, text, version: /name="version" value="([^"]*)"/.exec(text)?.[1] ?? '' };
  }
  return { ...door, asked, away, held, put, kept, send };
}

test('a logo is fetched once, and again when its address changed', async (t) => {
  const { put, asked, kept, enterprises } = await withLogos(t);
  const { status, json } = await put({ logo_url: logoUrl });
  t.is(status, 201);
  t.false('logo_error' in json);
  await put({ logo_url: logoUrl, support: 'call us' });
  await put({ support: 'call us' });
  t.deepEqual(asked, [logoUrl]);
  t.is(await kept(), logoUrl);
  const before = await enterprises.findOne({ entId: 'acme' }).lean();

  await put({ logo_url: `${logoUrl}?2` });
  t.is(await kept(), `${logoUrl}?2`);
  const after = await enterprises.findOne({ entId: 'acme' }).lean();
  t.is(after?.logoOf, `${logoUrl}?2`);
  t.not(after?.logoDigest, before?.logoDigest);
});

test('a logo that cannot be fetched is told, all else is stored, and the next PUT tries again', async (t) => {
  const { put, call, away, asked, kept } = await withLogos(t);
  away.add(logoUrl);
  const { status, json } = await put({ logo_url: logoUrl, support: 'call us' });
  t.is(status, 201);
  t.is(json.logo_error, 'logo_url: answered 500, not 200');
  t.truthy(json.api_key);
  t.like((await call('GET', '/v1/enterprises/acme')).json, { logo_url: logoUrl, support: 'call us' });
  t.is(await kept(), undefined);
  away.clear();
  t.false('logo_error' in (await put({})).json);
  t.is(await kept(), logoUrl);
  t.is(asked.length, 2);
});

test('a logo goes with its address, and with its enterprise', async (t) => {
  const { put, call, kept } = await withLogos(t);
  await put({ logo_url: logoUrl });
  await put({ logo_url: null });
  t.is(await kept(), undefined);
  await put({ logo_url: logoUrl });
  t.is(await kept(), logoUrl);
  await call('DELETE', '/v1/enterprises/acme');
  t.is(await kept(), undefined);
});

test('a site that says nothing keeps no key from its operator, and what it brings too late counts for nothing', async (t) => {
  const { put, held, enterprises, logos } = await withLogos(t);
  const { promise, resolve } = Promise.withResolvers<void>();
  held.set(logoUrl, promise);
  const { status, json } = await put({ logo_url: logoUrl });
  t.is(status, 201);
  t.is(json.logo_error, 'logo_url: could not be kept');
  t.truthy(json.api_key);

  await put({ logo_url: `${logoUrl}?2` });
  resolve();
  // The picture of the address before is stored, points at nothing, and goes.
  await until(async () => (await logos.countDocuments({ entId: 'acme' })) === 1);
  const acme = await enterprises.findOne({ entId: 'acme' }).lean();
  const shown = await logos.findOne({ _id: logoIdOf('acme', acme?.logoDigest ?? '') }).lean();
  t.is(shown && bytesOf(shown).toString(), `${logoUrl}?2`);
});

test('a form says why a logo is missing, in both languages, beside the key of a new enterprise too', async (t) => {
  const { away, asked, enterprises, send } = await withLogos(t);
  away.add(logoUrl);
  const made = await send('/operate/enterprises', { version: '', ent_id: 'acme', logo_url: logoUrl });
  t.is(made.status, 201);
  t.regex(made.text, /All is saved, but there is no logo;.* answered 500, not 200/);
  t.regex(made.text, /id="once" readonly value="[^"]{20,}"/);

  const { updatedAt } = (await enterprises.findOne({ entId: 'acme' }).lean()) as { updatedAt?: Date };
  const version = updatedAt?.toISOString() ?? '';
  const changed = await send('/operate/enterprises/acme', { version, logo_url: logoUrl, support: 'call us' });
  t.is(changed.status, 200);
  t.regex(changed.text, /All is saved/);
  t.regex(changed.text, /id="fault-logo_url">answered 500, not 200</);
  t.regex(changed.text, /value="call us"/);
  t.is((await enterprises.findOne({ entId: 'acme' }).lean())?.support, 'call us');

  const again = { version: changed.version, logo_url: logoUrl, support: 'call us' };
  const inChinese = await send('/operate/enterprises/acme', again, 'zh-CN');
  t.regex(inChinese.text, /id="fault-logo_url">返回 500，而不是 200</);
  away.clear();
  const saved = await send('/operate/enterprises/acme', { ...again, version: inChinese.version });
  t.is(saved.status, 303);
  t.is(asked.length, 4);
});

test('whatever keeps a logo from being fetched is told in Chinese, too', (t) => {
  const source = readFileSync(new URL('../../../ingress/operator/fetch-logo.ts', import.meta.url), 'utf8');
  const said = [...source.matchAll(/(?:LogoFault\(|return )['`]([a-z][^'`]* [^'`]+)['`]/g)].map(
    ([, words = '']) => words.replace(/\$\{[^}]+\}/g, '443'),
  );
  t.true(said.length >= 9, said.join());
  for (const words of [...said, 'could not be kept'])
    t.notRegex(tellLogoFault(`logo_url: ${words}`, 'zh_CN').replace('https', ''), /[a-z]{4}/, words);
});

test('a logo that was set while another operator’s clearing was on its way stays', async (t) => {
  const { put, kept, enterprises, logos } = await withLogos(t);
  await put({ logo_url: logoUrl });
  const before = await enterprises.findOne({ entId: 'acme' }).lean().orFail();
  await put({ logo_url: null });
  t.is(await kept(), undefined);
  await put({ logo_url: `${logoUrl}?2` });
  const { log } = capturedLog();
  const late = createKeepLogo({ enterprises, logos, fetchLogo: () => Promise.reject(), log });
  t.is(await late.refresh({ ...before, logoUrl: undefined } as never), undefined);
  t.is(await kept(), `${logoUrl}?2`);
});
