import { randomBytes } from 'node:crypto';
import test from 'ava';
import { openidDigest } from '#models/documents/login-history.ts';
import { withPages } from './with-pages.ts';

const rows = 20_000;
type Profiled = { readonly ns: string; readonly planSummary?: string; readonly docsExamined?: number };

test('each search is the scan of an index, and looks at few of many logins', async (t) => {
  const { signedIn, history, bindings, sealer, enterprises, digest } = await withPages(t);
  const at = Date.now();
  const ids = Array.from({ length: rows }, () => `00${randomBytes(16).toString('hex')}`);
  await history.insertMany(
    ids.map((id, n) => ({
      _id: `${id}:1`,
      entId: 'acme',
      appid: 'wx1',
      outcome: 'ready',
      openidDigest: openidDigest(sealer, { appid: 'wx1', openid: `openid-${n}` }),
      timings: {},
      at: new Date(at - n),
    })),
    { ordered: false },
  );
  const now = new Date();
  const made = { entId: 'acme', appid: 'wx1', createdBy: 'x', createdAt: now, updatedAt: now };
  await bindings.insertMany(
    ids.map((_, n) => ({ ...made, openid: `openid-${n}`, userId: `user-${n}` })),
    { ordered: false },
  );
  const { visit } = await signedIn('root');
  const db = enterprises.db.db;
  await db?.command({ profile: 2 });
  const [one = ''] = ids;
  const find = async (what: string) =>
    (await visit('/operate/find', { what, ent_id: '' })).headers.get('location');

  const code = `${one.slice(2, 6)}-${one.slice(6, 10)}-${one.slice(10, 12)}`.toUpperCase();
  t.is((await visit((await find(code)) ?? '')).status, 200);
  t.is((await visit((await find(one)) ?? '')).status, 200);
  const person = (await find('user-77')) ?? '';
  t.true(person.startsWith('/operate/people/') && !person.includes(digest));
  t.is(await find('openid-77'), person);
  t.is((await visit(person)).status, 200);
  t.is((await visit('/operate/enterprises/acme')).status, 200);
  t.is((await visit('/operate/accounts/wx1')).status, 200);
  await db?.command({ profile: 0 });

  const seen = await db
    ?.collection<Profiled>('system.profile')
    .find({ op: 'query', ns: /\.(login_history|bindings)$/ })
    .toArray();
  t.true((seen?.length ?? 0) >= 8, `${seen?.length}`);
  for (const { ns, planSummary = '', docsExamined = 0 } of seen ?? []) {
    t.regex(planSummary, /^(IXSCAN|IDHACK|EXPRESS|CLUSTERED)/, ns);
    t.true(docsExamined <= 60, `${ns} ${planSummary} ${docsExamined}`);
  }
});
