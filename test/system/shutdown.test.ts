import { randomBytes } from 'node:crypto';
import test from 'ava';
import { shardOfAccount } from '#models/login/store.ts';
import { type Service, withService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { withRedisProxy } from '#test/support/with-redis-proxy.ts';

/** Supervisors send SIGKILL after a while (Docker after 10 s, Kubernetes after 30 s); the rest is for a busy machine. */
const exitsWithinMs = 15_000;

async function timed<T>(work: Promise<T>) {
  const begun = performance.now();
  return { ...(await work), tookMs: performance.now() - begun };
}

/** An enterprise whose logins all go through this one of two shards. */
async function enterpriseIn(service: Service, shard: number) {
  let appid = '';
  do appid = `wx${randomBytes(8).toString('hex')}`;
  while (shardOfAccount(appid, 2) !== shard);
  await service.seedAccount({ appid });
  return service.seedEnterprise({ appid });
}

test('an ingress that is asked to end answers the pages that wait, and is gone at once', async (t) => {
  const service = await withService(t, { workers: 0 });
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  await person.callback(await person.authorize(await person.start(entId)));
  const held = person.poll({ wait: 25 });
  await until(async () => (await person.poll()).status === 'pending');
  const [ingress] = service.ingresses;
  const end = await timed(ingress?.end('SIGTERM') ?? Promise.reject());
  t.is((await held).status, 'pending');
  t.is(end.exitCode, 0);
  t.true(end.tookMs < exitsWithinMs, `${end.tookMs} ms`);
  await t.throwsAsync(person.poll());
});

test('an ingress serves on while /readyz says that it goes, and its admin listener is the last to close', async (t) => {
  const service = await withService(t, { workers: 0, ingressEnv: { DRAIN_MS: '3000' } });
  const { entId } = await service.seedEnterprise();
  const [ingress] = service.ingresses;
  const statusOf = (url = '') =>
    fetch(url, { redirect: 'manual' }).then(
      async (answer) => ({ status: answer.status, connection: answer.headers.get('connection') }),
      () => undefined,
    );
  const look = async () => {
    // In this order: what closes last is asked first.
    const readyz = await statusOf(`${ingress?.adminUrl}/readyz`);
    return { readyz, start: await statusOf(`${ingress?.url}/wechatTransfer?ent_id=${entId}&browser=any`) };
  };
  t.like(await look(), { readyz: { status: 200 }, start: { status: 302, connection: 'keep-alive' } });
  const ended = timed(ingress?.end('SIGTERM') ?? Promise.reject());
  const seen: Awaited<ReturnType<typeof look>>[] = [];
  await until(
    async () => {
      const now = await look();
      if (now.readyz?.status !== 200) seen.push(now);
      return now.readyz === undefined && now.start === undefined;
    },
    { timeoutMs: 20_000 },
  );
  const { tookMs, exitCode } = await ended;
  t.is(exitCode, 0);
  t.true(tookMs < exitsWithinMs, `${tookMs} ms`);
  const served = seen.filter(({ start }) => start !== undefined);
  t.true(served.length > 3);
  for (const { readyz, start } of served) {
    t.is(readyz?.status, 503);
    t.like(start, { status: 302, connection: 'close' });
  }
});

test('a worker that is asked to end finishes the login in its hands first', async (t) => {
  const service = await withService(t);
  const { control } = service.simulator;
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  control.addFault({ kind: 'latency', ms: 1_000, endpoint: 'access_token' });
  await person.callback(await person.authorize(await person.start(entId)));
  await until(() => control.calls({ endpoint: 'access_token' }).calls.length === 1, { timeoutMs: 20_000 });
  const [worker] = service.workers;
  const end = await timed(worker?.end('SIGTERM') ?? Promise.reject());
  t.is(end.exitCode, 0);
  t.true(end.tookMs < exitsWithinMs, `${end.tookMs} ms`);
  t.is((await person.poll()).status, 'ready');
  t.is(control.calls({ endpoint: 'access_token' }).calls.length, 1);
});

test('a worker of two shards takes nothing new from either once it is asked to end', async (t) => {
  const service = await withService(t, { workers: 0, env: { QUEUE_SHARDS: '2', WORKER_CONCURRENCY: '2' } });
  const { control } = service.simulator;
  const [busy, slow] = await Promise.all([0, 1].map((shard) => enterpriseIn(service, shard)));
  control.addFault({ kind: 'latency', ms: 3_000, appid: slow?.appid, endpoint: 'access_token' } as never);
  const someone = async (entId = '') => {
    const person = service.person();
    await person.callback(await person.authorize(await person.start(entId)));
    return person;
  };
  const people = await Promise.all([
    someone(slow?.entId),
    ...Array.from({ length: 30 }, () => someone(busy?.entId)),
  ]);
  const callsOf = (appid = '') => control.calls({ appid, endpoint: 'access_token' }).calls;
  const worker = await service.startWorker();
  await until(() => callsOf(slow?.appid).length === 1 && callsOf(busy?.appid).length > 2, {
    timeoutMs: 20_000,
  });
  const ending = timed(worker.end('SIGTERM'));
  await until(() => worker.lines.some((line) => line.includes('"msg":"closing"')));
  const begunBefore = callsOf(busy?.appid).length;
  const { tookMs, exitCode } = await ending;
  t.is(exitCode, 0);
  t.true(tookMs < exitsWithinMs, `${tookMs} ms`);
  const begunLater = callsOf(busy?.appid).length - begunBefore;
  t.true(begunLater <= 2, `${begunLater} more of 30 were begun`);
  // What it left is another one's, once each.
  await service.startWorker();
  const ends = await Promise.all(people.map((person) => person.waitForEnd()));
  t.deepEqual([...new Set(ends.map(({ status }) => status))], ['ready']);
  t.is(callsOf(busy?.appid).length + callsOf(slow?.appid).length, 31);
});

test('both processes end in time while Redis is away', async (t) => {
  const proxy = await withRedisProxy(t);
  const service = await withService(t, { redis: proxy });
  proxy.cut();
  const processes = [...service.ingresses, ...service.workers];
  const ends = await Promise.all(processes.map((running) => timed(running.end('SIGTERM'))));
  for (const { tookMs, signal } of ends) {
    t.true(tookMs < exitsWithinMs, `${tookMs} ms`);
    t.is(signal, undefined);
  }
});

test('an ingress that ends takes no login along: its pages go on at another', async (t) => {
  const service = await withService(t, { ingresses: 2, workers: 0 });
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  await person.callback(await person.authorize(await person.start(entId)));
  await service.ingresses[0]?.end('SIGKILL');
  const elsewhere = service.person({ ingressUrl: service.ingresses[1]?.url ?? '' });
  for (const [name, value] of person.cookies) elsewhere.cookies.set(name, value);
  const held = elsewhere.poll({ id: person.loginId, wait: 25 });
  await service.startWorker();
  t.is((await held).status, 'ready');
});
