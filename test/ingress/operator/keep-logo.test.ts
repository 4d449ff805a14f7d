import test from 'ava';
import { type FetchLogo, LogoFault } from '#ingress/operator/fetch-logo.ts';
import { bytesOf, logoIdOf } from '#models/documents/logo.ts';
import { until } from '#test/support/until.ts';
import { withAdminDoor } from './with-admin-door.ts';

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
  return { ...door, asked, away, held, put, kept };
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
