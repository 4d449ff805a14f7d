import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { withService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { withMongo } from '#test/support/with-mongo.ts';
import { withProxy } from '#test/support/with-proxy.ts';
import { withRedisProxy } from '#test/support/with-redis-proxy.ts';

// A relay between us and Redis forgets the connections that it has, and serves new ones: no end, no error, no byte.
type Kind = 'commands of the ingress' | 'subscription of the ingress' | 'commands of the worker' | 'all';

/** The promise is 15 s; the rest is for a busy machine. A page that is not woken looks by itself after 25 s. */
const healsWithinMs = 20_000;

async function withForgetfulRelay(t: ExecutionContext) {
  const proxy = await withRedisProxy(t);
  const service = await withService(t, { redis: proxy });
  const { entId } = await service.seedEnterprise();
  t.is((await service.person().login(entId)).status, 'ready');

  /** The ports, as Redis sees them, of the connections of a kind. */
  async function portsOf(kind: Kind) {
    const lists = await Promise.all(proxy.direct.map(listClients));
    const clients = lists.join('\n').split('\n').map(parseClient);
    return new Set(clients.filter((client) => isOf(kind, client)).map(({ port }) => port));
  }
  return { proxy, service, entId, silence: async (kind: Kind) => proxy.silence(await portsOf(kind)) };
}

async function listClients(url: string): Promise<string> {
  const redis = new Redis(url);
  try {
    return (await redis.client('LIST')) as string;
  } finally {
    redis.disconnect();
  }
}

function parseClient(line: string) {
  const [, port = '', name = '', sub = ''] =
    / addr=\S+:(\d+) .* name=(\S*) .* sub=(\d+)/.exec(` ${line}`) ?? [];
  return { port: Number(port), name, subscriptions: Number(sub), isBlocking: / cmd=bzpopmin/.test(line) };
}

function isOf(kind: Kind, { name, subscriptions, isBlocking }: ReturnType<typeof parseClient>): boolean {
  switch (kind) {
    case 'commands of the ingress':
      return /wechat-login-ingress/.test(name) && subscriptions === 0;
    case 'subscription of the ingress':
      return subscriptions > 0;
    case 'commands of the worker':
      return /wechat-login-workers/.test(name) && !isBlocking;
    case 'all':
      return true;
  }
}

for (const kind of [
  'commands of the ingress',
  'subscription of the ingress',
  'commands of the worker',
  'all',
] as const) {
  test(`a connection that falls silent without a word (${kind}) is given up, and logins flow again`, async (t) => {
    const { silence, service, entId } = await withForgetfulRelay(t);
    const person = service.person();
    const callbackUrl = await person.authorize(await person.start(entId));
    t.true((await silence(kind)) > 0);
    const begun = performance.now();
    await person.callback(callbackUrl);
    t.is((await person.waitForEnd({ timeoutMs: 60_000 })).status, 'ready');
    t.true(performance.now() - begun < healsWithinMs, `${performance.now() - begun} ms`);
    // And as fast as before, for whoever comes now.
    await until(async () => (await service.person().login(entId)).waitedMs < 5_000, { timeoutMs: 30_000 });
    t.regex(service.logs().join('\n'), /fell silent/);
    t.notRegex(service.logs().join('\n'), /"msg":"closing"/);
  });
}

test('a process to which Redis does not come back, though it answers others, ends with a fatal line that says why', async (t) => {
  const { proxy, service } = await withForgetfulRelay(t);
  proxy.silence();
  proxy.hang({ but: /-check/ });
  for (const running of [...service.ingresses, ...service.workers]) {
    const { exitCode } = await running.ended;
    t.is(exitCode, 1, running.kind);
    const [why = '', ...more] = running.lines.filter((line) => line.includes('"level":"fatal"'));
    t.regex(why, /answers a new connection and not ours/);
    // What hangs on that connection may hold the end up until it is cut short.
    t.true(
      more.every((line) => line.includes('killed by timeout')),
      more.join('\n'),
    );
    t.true(more.length <= 1);
  }
});

test('connections to MongoDB that fall silent are given up, and logins flow again', async (t) => {
  const mongo = withMongo(t);
  const direct = new URL(mongo.url);
  const proxy = await withProxy(t, { host: direct.hostname, port: Number(direct.port) });
  // Else the driver finds its own way to the member of the replica set, past the proxy.
  const MONGO_URL = `mongodb://127.0.0.1:${proxy.port}${direct.pathname}?directConnection=true`;
  const service = await withService(t, { mongo, env: { MONGO_URL } });
  const { entId } = await service.seedEnterprise();
  t.is((await service.person().login(entId)).status, 'ready');
  t.true(proxy.silence() > 0);
  const begun = performance.now();
  const person = service.person();
  const end = await until(() => person.login(entId).catch(() => undefined), { timeoutMs: 60_000 });
  t.is(end.status, 'ready');
  t.true(performance.now() - begun < healsWithinMs, `${performance.now() - begun} ms`);
  t.regex(service.logs().join('\n'), /MongoDB is away/);
});
