import test from 'ava';
import { Pool } from 'undici';
import { startService } from '#test/support/start-service.ts';

/**
 * What reading a request may cost, whoever sends it. Counted is the CPU time of the ingress's process, beside that of as many
 * plain 404s at the same moment: a slow or busy machine changes both alike.
 */
const most = 3;
const times = 200;
const rounds = 8;

const service = await startService({ workers: 0 });
test.after.always(() => service.stop());
const [ingress] = service.ingresses;
if (ingress === undefined) throw new Error('no ingress');
const pools = {
  public: new Pool(ingress.url, { connections: 4 }),
  operator: new Pool(ingress.adminUrl, { connections: 4 }),
};
test.after.always(() => Promise.all(Object.values(pools).map((pool) => pool.destroy())));
test.before(async () => {
  await service.seedEnterprise({ entId: 'acme' });
});

type Ask = {
  listener?: keyof typeof pools;
  path: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
};

/** Seconds of CPU time the ingress has used so far. */
async function cpuSeconds(): Promise<number> {
  const { body } = await pools.operator.request({
    path: '/metrics',
    method: 'GET',
    headers: { authorization: `Bearer ${service.adminToken}` },
  });
  return Number(/^process_cpu_seconds_total (\S+)$/m.exec(await body.text())?.[1]);
}

async function cpuOf({ listener = 'public', path, method = 'GET', headers = {} }: Ask): Promise<number> {
  const before = await cpuSeconds();
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let n = 0; n < times / 4; n += 1) {
        const { body, statusCode } = await pools[listener].request({ path, method, headers });
        await body.dump();
        if (statusCode >= 500) throw new Error(`${path.slice(0, 50)} answered ${statusCode}`);
      }
    }),
  );
  return (await cpuSeconds()) - before;
}

/** The cheapest of some rounds: what else happens in a process only adds. */
async function ratioOf(ask: Ask): Promise<number> {
  let cheapest = Number.POSITIVE_INFINITY;
  for (let n = 0; n < rounds && cheapest > most; n += 1) {
    const plain = await cpuOf({ path: '/nothing' });
    cheapest = Math.min(cheapest, (await cpuOf(ask)) / plain);
  }
  return cheapest;
}

const cheap = test.macro<[string, Ask[]]>({
  async exec(t, _title, asks) {
    for (const ask of asks) {
      const ratio = await ratioOf(ask);
      const what = `${ask.method ?? 'GET'} ${ask.path.slice(0, 40)} ${Object.values(ask.headers ?? {})
        .join()
        .slice(0, 20)}`;
      t.log(`${ratio.toFixed(2)} × ${what}`);
      t.true(ratio <= most, `${ratio.toFixed(2)} × ${what}`);
    }
  },
  title: (_, title) => `${title} costs at most ${most} times a plain 404`,
});

const login = `/logins/00${'a'.repeat(32)}`;
const routes: Ask[] = [
  { path: '/wechatTransfer' },
  { path: '/wechat/callback' },
  { path: login },
  { path: `${login}/status` },
  { path: `${login}/confirm`, method: 'POST' },
  { path: '/MP_verify_x.txt' },
  { path: '/v1/bindings' },
  { path: '/v1/tickets/redeem', method: 'POST' },
  { path: '/v1/bind-tickets/look', method: 'POST' },
  { path: '/nothing' },
  { listener: 'operator', path: '/healthz' },
  { listener: 'operator', path: '/metrics' },
  { listener: 'operator', path: '/v1/enterprises' },
  { listener: 'operator', path: '/queues/api/queues' },
];
const size = 7_400;
const fill = (part: string) => part.repeat(Math.ceil(size / part.length)).slice(0, size);
const shapes = {
  'one name again and again': fill('a&'),
  'nothing but separators': fill('&'),
  'many names': Array.from({ length: 1_000 }, (_, n) => `k${n}=${n}`)
    .join('&')
    .slice(0, size),
  'escapes that are none': fill('%&%2=%zz&'),
  'one long value': `ent_id=${fill('%E5%B0%8F')}`,
};

// One after another: each counts what the whole process uses.
for (const [shape, query] of Object.entries(shapes)) {
  const asks = routes.map((route) => ({ ...route, path: `${route.path}?${query}` }));
  test.serial(cheap, `a query of ${shape}, on any route,`, asks);
}

const start = '/wechatTransfer?ent_id=nobody';
const headers = (name: string, values: string[]): Ask[] =>
  values.map((value) => ({ path: start, headers: { [name]: value } }));
test.serial(
  cheap,
  'an Accept-Language of any shape',
  headers('accept-language', [fill('a,'), fill(','), fill('zh;q=0.1;'), fill('-')]),
);
test.serial(
  cheap,
  'an Accept of any shape',
  headers('accept', [fill('a/a,'), `"${fill(',')}`, fill('*/*;q=0.1,'), fill(';')]),
);
test.serial(cheap, 'a Cookie of any shape', [
  ...headers('cookie', [
    fill('a=b; '),
    fill('; '),
    fill('wechat-login='),
    fill('wechat-login=x; '),
    `${fill(';')}${' '.repeat(99)}`,
  ]),
  { path: `${login}/status`, headers: { cookie: fill('; ') } },
]);
test.serial(cheap, 'an Authorization of any shape', [
  ...['Basic ', 'Bearer '].flatMap((scheme) =>
    [fill('a'), fill('='), `${' '.repeat(size)}\u00e9`, fill('YTpi'), fill('a ')].map((rest) => ({
      path: '/v1/bindings?user_id=u',
      headers: { authorization: scheme + rest },
    })),
  ),
  { listener: 'operator', path: '/metrics', headers: { authorization: `Bearer ${fill('a ')}` } },
]);
test.serial(cheap, 'a Content-Type of any shape', [
  ...[fill('a/a;'), `application/json;${fill('a=b;')}`, `application/json; a="${fill('\\')}`].map(
    (value) => ({
      path: '/v1/tickets/redeem',
      method: 'POST' as const,
      headers: { 'content-type': value },
    }),
  ),
]);
test.serial(cheap, 'forwarding headers of any shape', [
  ...headers('forwarded', [fill('for=a,'), fill('"')]),
  ...headers('x-forwarded-for', [fill('1.1.1.1,'), fill(','), fill(':')]),
  ...headers('host', [fill('a'), fill('a,')]),
  ...headers('origin', [fill('http://a')]),
]);
test.serial(cheap, 'a path of any shape', [
  ...['/logins/', '/v1/bindings/', '/MP_verify_', '/v1/', '/'].flatMap((head) =>
    [fill('a'), fill('/'), fill('%2e'), fill('%'), fill('a/')].map((rest) => ({ path: head + rest })),
  ),
  { listener: 'operator', path: `/queues/static/${fill('../')}` },
  { listener: 'operator', path: `/v1/enterprises/${fill('a/')}` },
]);
