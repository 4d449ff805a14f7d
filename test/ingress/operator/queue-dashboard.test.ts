import test from 'ava';
import { type Job, type Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { jobDataOf, jobIdOf } from '#models/login/job-logins.ts';
import { withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { until } from '#test/support/until.ts';

const login = `00${'a'.repeat(32)}`;
const data = { login, n: 1, entId: 'acme', appid: 'wx1', recordedAt: 1, diesAt: 300_001 };
const canaries = {
  code: '071canaryCode',
  token: '88_canaryToken',
  openid: 'oCanaryOpenid',
  nickname: '金丝雀canary',
  secret: 'canarySecret',
};
const canary = new RegExp(Object.values(canaries).join('|'));

/** Runs one job that was given the worst of everything: its data, its result, its error, its logs. */
async function run(
  queue: Queue,
  redis: Redis,
  id: string,
  process: (job: Job) => Promise<unknown>,
  opts = {},
) {
  const connection = redis.duplicate({ maxRetriesPerRequest: null });
  connection.on('error', () => {});
  const worker = new Worker(queue.name, process, {
    connection,
    prefix: queue.opts.prefix ?? '',
    name: canaries.nickname,
  });
  worker.on('error', () => {});
  await queue.add(id, { ...data, ...canaries }, { jobId: id, attempts: 1, ...opts });
  await until(async () => ['completed', 'failed'].includes(await queue.getJobState(id)));
  await worker.close();
  connection.disconnect();
}

async function seedHostileJobs(queue: Queue, redis: Redis) {
  await run(queue, redis, canaries.openid, async (job) => {
    await job.log(`log of ${canaries.code}`);
    await job.updateProgress(canaries);
    throw new Error(`GET https://api.weixin.qq.com/sns?code=${canaries.code}&secret=${canaries.secret}`);
  });
  await run(queue, redis, `${login}-1`, async () => {
    const error = new Error(`${canaries.nickname}\n    at ${canaries.openid} (file:///x.ts:1:1)`);
    error.name = canaries.nickname;
    throw error;
  });
  await run(queue, redis, `${login}-2`, async () => canaries);
  await run(queue, redis, `${login}-3`, async () => `done ${canaries.token}`);
  const opts = {
    jobId: `${login}-4`,
    delay: 60_000,
    backoff: { type: canaries.code },
    deduplication: { id: canaries.openid },
  };
  await queue.add('exchange', { ...data, entId: canaries }, opts);
  await queue.add('exchange', data, { jobId: `${login}-5` });
  await queue.upsertJobScheduler(
    canaries.openid,
    { every: 1_000_000 },
    { name: canaries.nickname, data: canaries },
  );
}

test('nothing of a person or a credential is in any answer of the dashboard', async (t) => {
  const { call, queues, redis, lines } = await withAdminDoor(t);
  const [queue] = queues as [Queue];
  await seedHostileJobs(queue, redis);
  const ids = [1, 2, 3, 4, 5].map((n) => `${login}-${n}`);
  const paths = [
    '/queues/',
    '/queues/queue/exchange',
    '/queues/api/queues',
    '/queues/api/redis/stats',
    '/queues/api/job-schedulers',
    ...['latest', 'waiting', 'active', 'completed', 'failed', 'delayed', 'prioritized'].map(
      (status) => `/queues/api/queues?activeQueue=exchange&status=${status}&page=1&jobsPerPage=50`,
    ),
    ...['metrics', 'default-job-options', 'workers', 'rate-limit', 'job-data-schema'].map(
      (what) => `/queues/api/queues/exchange/${what}`,
    ),
    ...[canaries.openid, ...ids].flatMap((id) =>
      ['', '/logs', '/flow'].map((what) => `/queues/api/queues/exchange/${encodeURIComponent(id)}${what}`),
    ),
    '/metrics',
  ];
  let shown = '';
  for (const path of paths) {
    const { status, text } = await call('GET', path);
    t.is(status, 200, path);
    t.notRegex(text, canary, path);
    shown += text;
  }
  // The jobs were there to be seen, or the test would prove nothing.
  for (const id of ids) t.true(shown.includes(id), id);
  t.notRegex(lines.join(''), canary);
});

test('what an operator needs of a job is shown', async (t) => {
  const { call, queues, redis } = await withAdminDoor(t);
  const [queue] = queues as [Queue];
  const id = `${login}-1`;
  await queue.add('exchange', data, { jobId: id, attempts: 3, backoff: { type: 'exponential', delay: 500 } });
  const { json } = await call(
    'GET',
    '/queues/api/queues?activeQueue=exchange&status=waiting&page=1&jobsPerPage=10',
  );
  t.like(json.queues[0], {
    name: 'exchange',
    counts: { waiting: 1 },
    readOnlyMode: true,
    allowRetries: false,
  });
  t.like(json.queues[0].jobs[0], {
    id,
    name: 'exchange',
    data,
    opts: { attempts: 3, backoff: { delay: 500 } },
  });

  await run(queue, redis, `${login}-2`, async () => {
    throw new TypeError('errcode 40013 from token');
  });
  const failed = await call('GET', `/queues/api/queues/exchange/${login}-2`);
  t.is(failed.json.status, 'failed');
  t.is(failed.json.job.failedReason, 'errcode 40013 from token');
  t.regex(failed.json.job.stacktrace[0], /^TypeError/);
});

test('a finished job, a rerun too, shows its login’s end; an end of any other spelling stays hidden', async (t) => {
  const { call, queues, redis } = await withAdminDoor(t);
  const [queue] = queues as [Queue];
  const shown = async (id: string, end: string) => {
    await run(queue, redis, id, async () => end);
    const { json } = await call('GET', `/queues/api/queues/exchange/${id}`);
    return [json.job.id, json.job.returnValue];
  };
  t.deepEqual(await shown(`${login}-1-2`, 'failed:misconfigured'), [`${login}-1-2`, 'failed:misconfigured']);
  t.deepEqual(await shown(`${login}-2`, 'ready'), [`${login}-2`, 'ready']);
  // Of release 0.1.0.
  t.deepEqual(await shown(`${login}-3`, 'settled'), [`${login}-3`, 'settled']);
  t.deepEqual(await shown(`${login}-4`, 'failed:o-somebody'), [`${login}-4`, '[hidden]']);
});

test('a job of several logins shows them all and their number, and how each ended', async (t) => {
  const { call, queues, redis } = await withAdminDoor(t);
  const [queue] = queues as [Queue];
  const other = { ...data, login: `00${'b'.repeat(32)}`, entId: 'other' };
  const id = jobIdOf([data, other]);
  await queue.add('exchange ×2', { ...jobDataOf([data, { ...other, ...canaries }]) }, { jobId: id });
  const { json, text } = await call('GET', `/queues/api/queues/exchange/${id}`);
  t.like(json.job, { id, name: 'exchange ×2' });
  t.deepEqual(json.job.data, { ...data, more: [other] });
  t.notRegex(text, canary);

  const ended = { ready: 15, 'failed:refused': 1, apart: 1, [canaries.openid]: 1 };
  await run(queue, redis, `${login}-9`, async () => ended);
  const answer = await call('GET', `/queues/api/queues/exchange/${login}-9`);
  t.deepEqual(answer.json.job.returnValue, { ready: 15, 'failed:refused': 1, apart: 1 });
});

const writes = [
  ['PUT', 'queues/pause'],
  ['PUT', 'queues/resume'],
  ['PUT', 'queues/exchange/pause'],
  ['PUT', 'queues/exchange/empty'],
  ['PUT', 'queues/exchange/obliterate'],
  ['PUT', 'queues/exchange/retry/failed'],
  ['PUT', 'queues/exchange/clean/failed'],
  ['PUT', 'queues/exchange/promote'],
  ['PUT', 'queues/exchange/concurrency'],
  ['PUT', 'queues/exchange/rate-limit'],
  ['POST', 'queues/exchange/add'],
  ['PUT', `queues/exchange/${login}-1/retry`],
  ['PUT', `queues/exchange/${login}-1/clean`],
  ['PATCH', `queues/exchange/${login}-1/update-data`],
  ['DELETE', `queues/exchange/${login}-1`],
] as const;

test('read-only, every request but a GET is refused and changes nothing', async (t) => {
  const { call, queues } = await withAdminDoor(t);
  const [queue] = queues as [Queue];
  await queue.add('exchange', data, { jobId: `${login}-1` });
  for (const [method, path] of writes) {
    const answer = await call(method, `/queues/api/${path}`, { json: {} });
    t.like(answer, { status: 405, json: { error: 'method_not_allowed' } }, path);
  }
  t.deepEqual(await queue.getJobCounts('waiting'), { waiting: 1 });
  t.false(await queue.isPaused());
});

test('writable, jobs can be retried, removed and held, but neither made nor edited', async (t) => {
  const { call, queues, redis } = await withAdminDoor(t, { adminWritable: true });
  const [queue] = queues as [Queue];
  const id = `${login}-1`;
  await run(queue, redis, id, async () => {
    throw new Error('boom');
  });
  t.is((await call('PUT', `/queues/api/queues/exchange/${id}/retry`, { json: {} })).status, 204);
  t.is(await queue.getJobState(id), 'waiting');
  for (const [method, path, json] of [
    ['POST', 'add', { name: 'exchange', data: {}, options: {} }],
    ['PATCH', `${id}/update-data`, { jobData: {} }],
    ['PUT', 'obliterate', { force: true }],
    ['PUT', 'empty', {}],
  ] as const) {
    const { status } = await call(method, `/queues/api/queues/exchange/${path}`, { json });
    t.is(status, 405, path);
  }
  t.deepEqual((await queue.getJob(id))?.data, { ...data, ...canaries });
  t.is((await call('PUT', '/queues/api/queues/exchange/pause', { json: {} })).status, 200);
  t.true(await queue.isPaused());
  t.is((await call('PUT', `/queues/api/queues/exchange/${id}/clean`, { json: {} })).status, 204);
  t.is(await queue.getJob(id), undefined);
});

test('every shard is a queue of its own', async (t) => {
  const { call, queues } = await withAdminDoor(t, { shards: 2 });
  await queues[1]?.add('exchange', data, { jobId: `${login}-1` });
  const { json } = await call('GET', '/queues/api/queues');
  const counts = json.queues.map(
    ({ name, counts: { waiting } }: { name: string; counts: { waiting: number } }) => [name, waiting],
  );
  t.deepEqual(counts, [
    ['0-exchange', 0],
    ['1-exchange', 1],
  ]);
});

test('with Redis away the dashboard says so within 5 s, in words of its own', async (t) => {
  const { call, redisProxy } = await withAdminDoor(t, { deadlineMs: 4_000 });
  for (const fault of ['hang', 'cut'] as const) {
    redisProxy[fault]();
    const begun = performance.now();
    const { status, json } = await call('GET', '/queues/api/queues');
    t.is(status, 503);
    t.is(json.error, 'temporarily_unavailable');
    t.true(performance.now() - begun < 20_000);
  }
});

test('the page is told to load nothing from elsewhere and to run no inline script', async (t) => {
  const { call } = await withAdminDoor(t);
  const page = await call('GET', '/queues/');
  t.regex(page.text, /<base href="\/queues\/" \/>/);
  const policy = page.headers.get('content-security-policy') ?? '';
  t.regex(policy, /script-src 'self';/);
  t.regex(policy, /frame-ancestors 'none'/);
  for (const [, src = ''] of page.text.matchAll(/<script defer src="([^"]+)"/g))
    t.is((await call('GET', `/queues/${src}`)).status, 200);
});
