import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { createAccountCapacity } from '#models/account/capacity.ts';
import { shardOfAccount } from '#models/login/store.ts';
import type { Person } from '#test/support/person.ts';
import { type Service, withService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';

const shiftClock = pathToFileURL(new URL('../support/shift-clock.ts', import.meta.url).pathname).href;
const fastMs = 600_000;
const patiently = { timeoutMs: 60_000 };

/** What all workers together know of an account; undefined while there is nothing to tell. */
async function entryOf({ redis, prefix, env }: Service, appid: string) {
  const shards = Number(env['QUEUE_SHARDS'] ?? 1);
  const capacity = createAccountCapacity({ redis, prefix, shards, callsPerSecond: 750 });
  const { entries } = await capacity.read(shardOfAccount(appid, shards));
  return entries.find(({ name }) => name === appid);
}
const exchangesOf = ({ simulator }: Service, appid: string) =>
  simulator.control.calls({ endpoint: 'access_token', appid, limit: 100_000 }).calls;

async function metricsOf(service: Service, of: 'ingresses' | 'workers'): Promise<string> {
  const headers = { authorization: `Bearer ${service.adminToken}` };
  return (await fetch(`${service[of][0]?.adminUrl}/metrics`, { headers })).text();
}

/** One of a broadcast: opens the link until it is let in, as the hold page does by itself. Answers how often it was held. */
async function comeIn(service: Service, entId: string) {
  const person = service.person();
  const reasons: string[] = [];
  for (;;) {
    const answer = await person.visit(`/wechatTransfer?ent_id=${entId}&lang=en`);
    if (answer.status === 302) {
      const loginId = new URL(answer.location).searchParams.get('state') ?? '';
      // A page goes back to WeChat by itself when its code was given up.
      for (let authorizations = 1; ; authorizations += 1) {
        await person.callback(await person.authorize(answer.location));
        const end = await person.waitForEnd({ timeoutMs: 150_000 });
        if (end.status !== 'reauthorize' || end.retry_after_ms === undefined) {
          return { reasons, ...end, loginId, authorizations };
        }
      }
    }
    const [, place = ''] = /<dd>([\d,]+)<\/dd>/.exec(answer.text) ?? [];
    reasons.push(
      `${/minute is used up/.test(answer.text) ? 'minute' : 'other'} ${place === '' ? 'no place' : 'place'}`,
    );
    await sleep(Number(answer.headers['retry-after']) * 1_000);
  }
}

test.serial(
  'a broadcast beyond WeChat’s minute: no code dies in the queue, and people learn their place before they have one',
  async (t) => {
    t.timeout(180_000);
    const service = await withService(t);
    const { control } = service.simulator;
    // As 600 in a minute of 60 s; the codes live as long, for the queue, as ten of its minutes.
    control.setBehaviour({ minuteQuota: 40, minuteMs: 3_000, latency: { ms: 50 } });
    const { entId, appid } = await service.seedEnterprise();
    const crowd = Array.from({ length: 160 }, async (_, n) => {
      await sleep(n * 20);
      return comeIn(service, entId);
    });
    const ends = await Promise.all(crowd);
    t.deepEqual([...new Set(ends.map(({ status }) => status))], ['ready']);
    const held = ends.flatMap(({ reasons }) => reasons);
    t.true(held.includes('minute place'), 'somebody was told that the minute is used up, and the place');
    t.false(held.some((reason) => reason.endsWith('no place')));
    const traded = exchangesOf(service, appid).filter(({ errcode }) => errcode === 0);
    t.is(traded.length, 160);
    // A minute of three seconds on a machine that stands still for one: a code may meet the quota twice there, and is given up.
    const authorized = control.calls({ endpoint: 'authorize', appid, limit: 100_000 }).calls;
    t.true(authorized.length <= 160 + 8, `${authorized.length} authorisations of 160 people`);
    // One rate is set for all: it is far below what is configured.
    t.true(((await entryOf(service, appid))?.perSecond ?? 0) < 100);
  },
);

test.serial(
  'made-up codes at one enterprise cost another on the same account nothing: neither its minute nor its place',
  async (t) => {
    t.timeout(120_000);
    const service = await withService(t);
    const { control } = service.simulator;
    control.setBehaviour({ minuteQuota: 100 });
    const { appid } = await service.seedAccount();
    const [attacked, other] = await Promise.all([
      service.seedEnterprise({ appid }),
      service.seedEnterprise({ appid }),
    ]);
    // All of it falls into one of WeChat's minutes, or the limit would be twice as far.
    const leftMs = 60_000 - (Date.now() % 60_000);
    if (leftMs < 45_000) await sleep(leftMs);

    // The strangers begin their logins before anybody can suspect them, and then bring a code for each, 70 a second.
    const strangers = Array.from({ length: 350 }, () => service.person());
    await Promise.all(strangers.map((stranger) => stranger.start(attacked.entId)));
    const firing = strangers.map(async (stranger, n) => {
      await sleep(n * 14);
      await stranger.visit(`/wechat/callback?code=made-up-${n}&state=${stranger.loginId}`).catch(() => {});
    });
    await until(() => exchangesOf(service, appid).length > 5, patiently);
    const waited: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      const end = await service.person().login(other.entId);
      t.is(end.status, 'ready');
      waited.push(end.waitedMs);
    }
    // Whoever wants to begin more is held: the enterprise has its own small line.
    const isHeld = async () =>
      (await service.person().visit(`/wechatTransfer?ent_id=${attacked.entId}`)).status === 503;
    await until(isHeld, patiently);
    t.is((await service.person().visit(`/wechatTransfer?ent_id=${other.entId}`)).status, 302);
    await Promise.all(firing);

    const calls = exchangesOf(service, appid);
    t.false(
      calls.some(({ errcode }) => errcode === 45_011),
      'the minute was never used up',
    );
    const wasted = calls.filter(({ errcode }) => errcode === 40_029).length;
    t.true(wasted >= 5 && wasted <= 60, `${wasted} of 350 made-up codes reached WeChat`);
    t.is(
      await entryOf(service, appid),
      undefined,
      'the account itself is open, and nobody stands in its line',
    );
    t.log(`waited ${waited.map(Math.round).join()} ms`);
  },
);

test.serial(
  'made-up codes from one address keep nobody else of that enterprise from logging in: they stand in a line of their own',
  async (t) => {
    t.timeout(120_000);
    const service = await withService(t, { env: { TRUSTED_PROXIES: '127.0.0.1,::1' } });
    const { entId, appid } = await service.seedEnterprise();
    const at = (clientAddress: string) => service.person({ clientAddress });
    const strangers = Array.from({ length: 150 }, () => at('203.0.113.9'));
    await Promise.all(strangers.map((stranger) => stranger.start(entId)));
    const firing = strangers.map(async (stranger, n) => {
      await sleep(n * 100);
      await stranger.visit(`/wechat/callback?code=made-up-${n}&state=${stranger.loginId}`).catch(() => {});
    });
    const isStrangerHeld = async () =>
      (await at('203.0.113.9').visit(`/wechatTransfer?ent_id=${entId}`)).status === 503;
    await until(isStrangerHeld, patiently);
    // While more come.
    for (let n = 0; n < 8; n += 1) {
      const person = at(`198.51.100.${n}`);
      const answer = await person.visit(`/wechatTransfer?ent_id=${entId}`);
      t.is(answer.status, 302, 'walks in');
      await person.callback(await person.authorize(answer.location));
      t.is((await person.waitForEnd()).status, 'ready');
    }
    t.true(await isStrangerHeld());
    await Promise.all(firing);
    const wasted = exchangesOf(service, appid).filter(({ errcode }) => errcode === 40_029).length;
    t.true(wasted >= 5 && wasted <= 40, `${wasted} of 150 made-up codes reached WeChat`);
    // The address is on no queue and no dashboard; its name there tells nobody where it is.
    const jobs = await Promise.all(
      (await service.findKeys(':exchange:*-1')).map((key) => service.redis.hget(key, 'data')),
    );
    t.true(jobs.some((data) => data?.includes('"client"')));
    t.false(jobs.some((data) => data?.includes('203.0.113')));
  },
);

test.serial('a stranger who hangs up before he is answered holds back nobody either', async (t) => {
  t.timeout(120_000);
  const service = await withService(t, { env: { TRUSTED_PROXIES: '127.0.0.1,::1' } });
  const { entId, appid } = await service.seedEnterprise();
  const { hostname, port } = new URL(service.ingresses[0]?.url ?? '');
  const at = (clientAddress: string) => service.person({ clientAddress });
  const strangers = Array.from({ length: 80 }, () => at('203.0.113.9'));
  await Promise.all(strangers.map((stranger) => stranger.start(entId)));

  async function hangUp(stranger: Person, n: number): Promise<void> {
    await sleep(n * 100);
    const socket = connect(Number(port), hostname);
    const head = [
      `GET /wechat/callback?code=made-up-${n}&state=${stranger.loginId} HTTP/1.1`,
      `Host: ${hostname}`,
      `Cookie: ${[...stranger.cookies].map(([key, value]) => `${key}=${value}`).join('; ')}`,
      'X-Forwarded-For: 203.0.113.9',
    ];
    socket.on('error', () => {});
    socket.write(`${head.join('\r\n')}\r\n\r\n`, () => socket.resetAndDestroy());
  }
  const firing = strangers.map(hangUp);
  await until(() => exchangesOf(service, appid).length > 8, patiently);
  for (let n = 0; n < 5; n += 1) {
    const person = at(`198.51.100.${n}`);
    const answer = await person.visit(`/wechatTransfer?ent_id=${entId}`);
    t.is(answer.status, 302, 'walks in');
    await person.callback(await person.authorize(answer.location));
    t.is((await person.waitForEnd()).status, 'ready');
  }
  await Promise.all(firing);
});

test.serial(
  'a worker whose clock is ten minutes fast meets one 45011: no slow minutes, for it or for the others',
  async (t) => {
    t.timeout(120_000);
    const service = await withService(t, { workers: 0, signOfLife: false });
    const { control } = service.simulator;
    await service.startWorker({
      SHIFT_CLOCK_MS: String(fastMs),
      NODE_OPTIONS: `--import ${shiftClock}`,
    });
    const { entId, appid } = await service.seedEnterprise();
    control.addFault({ kind: 'error', errcode: 45_011, appid, endpoint: 'access_token', count: 1 });
    const first = service.person();
    await first.callback(await first.authorize(await first.start(entId)));
    const paused = await until(() => entryOf(service, appid), patiently);
    t.like(paused, { state: 'paused', cause: '45011' });
    t.true((paused?.closedForMs ?? 0) <= 3_000, 'reckoned by Redis, not ten minutes on');

    // Another, whose clock is right, is held back by that for no longer than it should be.
    await service.startWorker();
    const more = await Promise.all(Array.from({ length: 40 }, () => comeIn(service, entId)));
    t.deepEqual([...new Set(more.map(({ status }) => status))], ['ready']);
    t.is((await first.waitForEnd({ timeoutMs: 90_000 })).status, 'ready');
    // Half of the configured 750 a second, and on its way back: 40 logins do not feel that.
    const cut = await entryOf(service, appid);
    t.true(cut === undefined || cut.state === 'open');
    const shown = service.logs().filter((line) => /clock is not Redis/.test(line));
    t.is(shown.length, 1);
  },
);

test.serial('a login whose account is closed comes back by its place, not each second', async (t) => {
  t.timeout(120_000);
  const service = await withService(t);
  const { control } = service.simulator;
  const { entId, appid } = await service.seedEnterprise();
  // All refusals fall into one minute: a code that is refused in two of them has been sent twice, and goes back to WeChat.
  const leftMs = 60_000 - (Date.now() % 60_000);
  if (leftMs < 25_000) await sleep(leftMs);
  const fault = control.addFault({ kind: 'error', errcode: 45_011, appid, endpoint: 'access_token' });
  const people = Array.from({ length: 8 }, () => service.person());
  for (const one of people) await one.callback(await one.authorize(await one.start(entId)));
  await until(async () => (await entryOf(service, appid))?.waiting === 8, patiently);
  // Long enough for a job that is put off by a second or three to come back several times.
  await sleep(12_000);
  const calls = exchangesOf(service, appid).length;
  t.true(calls <= 8, `${calls} calls of a closed account`);
  const [queue] = await Promise.all([service.findKeys(':exchange:*-1')]);
  const starts = await Promise.all(queue.map(async (key) => Number(await service.redis.hget(key, 'ats'))));
  t.true(Math.max(...starts) <= 6, starts.join());
  t.regex(
    await metricsOf(service, 'workers'),
    new RegExp(`wechat_account_state\\{appid="${appid}",state="paused"\\} 1`),
  );
  t.regex(
    await metricsOf(service, 'ingresses'),
    /^wechat_queue_oldest_waiting_seconds\{shard="\d"\} (1\d|[2-9]\d)/m,
  );
  control.removeFault(fault.id);
  for (const one of people) t.is((await one.waitForEnd({ timeoutMs: 90_000 })).status, 'ready');
});

test.serial(
  'what the operator PUTs ends a misconfigured standing, which is told by name until then, and by all workers',
  async (t) => {
    t.timeout(120_000);
    const service = await withService(t, { workers: 2 });
    const { control } = service.simulator;
    const { appid } = await service.seedAccount({ secret: 'wrong' });
    control.putAccount(appid, { secret: 'right' });
    const { entId } = await service.seedEnterprise({ appid });
    t.like(await service.person().login(entId), { status: 'failed', reason: 'misconfigured' });
    const isTold = async (state: string, count: number) => {
      const text = await metricsOf(service, 'workers');
      return (
        text.includes(`wechat_account_state{appid="${appid}",state="${state}"} 1\n`) &&
        text.includes(`wechat_misconfigured_accounts ${count}\n`)
      );
    };
    await until(() => isTold('misconfigured', 1), patiently);
    // Nobody tries it: it is neither forgotten, nor told for longer than it is so.
    await sleep(6_000);
    t.true(await isTold('misconfigured', 1));
    await service.operate('PUT', `/v1/accounts/${appid}`, { secret: 'right' });
    await until(
      async () => (await metricsOf(service, 'workers')).includes('wechat_misconfigured_accounts 0\n'),
      patiently,
    );
    t.is((await service.person().login(entId)).status, 'ready');

    const gone = await service.seedAccount({ secret: 'wrong' });
    control.putAccount(gone.appid, { secret: 'right' });
    const { entId: goneEnt } = await service.seedEnterprise({ appid: gone.appid });
    t.like(await service.person().login(goneEnt), { status: 'failed', reason: 'misconfigured' });
    await until(async () => (await entryOf(service, gone.appid))?.state === 'misconfigured', patiently);
    await service.operate('DELETE', `/v1/enterprises/${goneEnt}`);
    await service.operate('DELETE', `/v1/accounts/${gone.appid}`);
    t.is(await entryOf(service, gone.appid), undefined);
  },
);
