import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { FaultInput } from '#simulator/fault-schema.ts';
import { beginAt, logIn, redeem, withOidcClient } from '#test/support/oidc-client.ts';
import { withService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';

/** Every window of the conditions is a thirtieth. */
const minute = { COUNTED_MINUTE_MS: '2000', WECHAT_TIMEOUT_MS: '1000' };

type Incident = {
  key: string;
  condition: string;
  appid?: string;
  ent_ids: string[];
  errcode?: number;
  cause: string;
  since: string;
  people: number;
  what: string;
  do: string;
};

async function withTwo(t: ExecutionContext, env: Record<string, string> = {}) {
  const service = await withService(t, { env: { ...minute, ...env } });
  const [struck, other] = [await service.seedEnterprise(), await service.seedEnterprise()];
  const incidents = async (): Promise<Incident[]> => {
    const answer = await service.operate('GET', '/operate/live');
    return (answer.json() as { incidents: Incident[] }).incidents;
  };
  /** The first one that fits, and that the other account is in none. */
  const named = async (fits: (one: Incident) => boolean, what: string) => {
    const begun = performance.now();
    const found = await until(async () => (await incidents()).find(fits), { what, timeoutMs: 60_000 });
    t.log(`${what}: named after ${Math.round(performance.now() - begun)} ms`);
    for (const { appid, ent_ids: entIds } of await incidents()) {
      t.not(appid, other.appid);
      t.false(entIds.includes(other.entId));
    }
    t.true(found.what !== '' && found.do !== '');
    return found;
  };
  const gone = (key: string) =>
    until(async () => !(await incidents()).some((one) => one.key === key), {
      what: `${key} is over`,
      // WeChat's minute is one by the clock, and the account waits for its end.
      timeoutMs: 150_000,
    });
  /** Begins a login and brings its code, whatever becomes of it. */
  const arrive = async (entId: string) => {
    const person = service.person();
    await person.callback(await person.authorize(await person.start(entId)));
    return person;
  };
  return { service, struck, other, named, gone, arrive };
}

const calls: readonly [name: string, fault: Partial<FaultInput>, cause: string][] = [
  ['a wrong secret', { kind: 'error', errcode: 40125 }, '40125'],
  ['an address that is not on the IP list', { kind: 'error', errcode: 40164 }, '40164'],
  ['no permission', { kind: 'error', errcode: 48001 }, '48001'],
  ['the minute’s quota', { kind: 'error', errcode: 45011 }, '45011'],
  ['the day’s quota', { kind: 'error', errcode: 45009 }, '45009'],
  ['a WeChat that does not answer', { kind: 'hang' }, 'timeout'],
];
for (const [name, fault, cause] of calls) {
  test(`${name}: named with account, enterprise, since when and what to do, and over when it is mended`, async (t) => {
    const { service, struck, other, named, gone, arrive } = await withTwo(t);
    const { control } = service.simulator;
    t.is((await service.person().login(other.entId)).status, 'ready');
    control.addFault({ appid: struck.appid, endpoint: 'access_token', ...fault } as FaultInput);
    const [begun, , ended] = [Date.now(), await arrive(struck.entId), Date.now()];
    const found = await named(({ appid }) => appid === struck.appid, name);
    t.like(found, { condition: 'wechat-call-fails', cause, ent_ids: [struck.entId] });
    if (/\d/.test(cause)) t.is(found.errcode, Number(cause));
    // WeChat says which one it saw.
    if (cause === '40164') t.regex(found.do, / 127\.0\.0\.1\.$/);
    t.true(found.people >= 1);
    // The call was made in between, or within its own limit after it; two seconds either way.
    const since = Date.parse(found.since);
    t.true(since > begun - 2_000 && since < ended + 4_000, `${since - begun} ms after it began`);
    t.is((await service.person().login(other.entId)).status, 'ready');

    control.clearFaults();
    if (found.errcode !== undefined)
      await service.operate('PUT', `/v1/accounts/${struck.appid}`, { secret: struck.appid });
    control.clearFaults();
    await gone(found.key);
  });
}

test('an errcode that was mended is over since the first login that came right, not since it was quiet', async (t) => {
  // The quiet time is longer than what a test may take: it is over because of that login.
  const { service, struck, named, gone, arrive } = await withTwo(t, { COUNTED_MINUTE_MS: '60000' });
  const { control } = service.simulator;
  control.addFault({ kind: 'error', errcode: 40125, appid: struck.appid, endpoint: 'access_token' });
  await arrive(struck.entId);
  const found = await named(({ appid }) => appid === struck.appid, 'a wrong secret');
  control.clearFaults();
  await service.operate('PUT', `/v1/accounts/${struck.appid}`, { name: 'Mended' });
  const mended = Date.now();
  // Workers hear of the mend within a moment.
  const ready = async () => (await service.person().login(struck.entId)).status === 'ready';
  await until(ready, { what: 'somebody is logged in', timeoutMs: 60_000 });
  const loggedIn = Date.now();
  await gone(found.key);
  const { good_since: since } = (await service.operate('GET', '/operate/live')).json() as {
    good_since: string;
  };
  const right = Date.parse(since);
  t.true(right >= mended - 100 && right <= loggedIn + 100, `${right - mended} ms after the mend`);
});

test('a fleet that stopped is named while somebody waits, and over when a worker is there', async (t) => {
  const { service, struck, named, gone, arrive } = await withTwo(t);
  await service.person().login(struck.entId);
  await service.killWorker();
  await arrive(struck.entId);
  const found = await named(({ condition }) => condition === 'no-workers', 'no workers');
  t.true(found.people >= 1);
  await service.startWorker();
  await gone(found.key);
});

test('codes that die in the queue are named with their account', async (t) => {
  const { service, struck, named, arrive } = await withTwo(t, { CODE_LIFETIME_MS: '3000' });
  await service.person().login(struck.entId);
  await service.killWorker();
  const people = await Promise.all(Array.from({ length: 12 }, () => arrive(struck.entId)));
  await Promise.all(people.map((person) => person.waitForEnd()));
  const found = await named(({ condition }) => condition === 'codes-die', 'codes die');
  t.like(found, { appid: struck.appid, ent_ids: [struck.entId] });
  t.true(found.people >= 10);
});

test('nobody comes back: named with its account, and over when somebody does', async (t) => {
  const { service, struck, named, gone, arrive } = await withTwo(t);
  for (let n = 0; n < 25; n += 1) await service.person().start(struck.entId);
  // From the twentieth on it is named; the others are counted a moment later.
  const isWhole = ({ condition, people }: Incident) => condition === 'nobody-comes-back' && people === 25;
  const found = await named(isWhole, 'nobody comes back');
  t.like(found, { appid: struck.appid, ent_ids: [struck.entId] });
  await arrive(struck.entId);
  await gone(found.key);
});

test('a host that does not redeem is named, and one by OpenID Connect that does is not', async (t) => {
  const { service, struck, other, named } = await withTwo(t);
  const client = await withOidcClient(service, [other]);
  const begun = await beginAt(client);
  await redeem(client, begun, await logIn(service, service.person(), begun));
  const funnel = await until(async () => {
    const answer = await service.operate('GET', `/operate/live?ent_id=${other.entId}`);
    const told = (answer.json() as { funnel: Record<string, number> }).funnel;
    return told['redeemed'] === 1 && told['ready'] === 1 && told;
  });
  t.like(funnel, { sent: 1, ready: 1, told: 1, redeemed: 1 });
  await Promise.all(Array.from({ length: 24 }, () => service.person().login(struck.entId)));
  const found = await named(({ condition }) => condition === 'host-does-not-redeem', 'not redeemed');
  t.like(found, { ent_ids: [struck.entId] });
});

test('an address of the operator’s is told when an incident begins and when it is over', async (t) => {
  const told: { event: string; text: string; incident: Incident }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      told.push(JSON.parse(body));
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/hook?key=canary-key`;
  const { service, struck, arrive } = await withTwo(t, { ALERT_WEBHOOK_URL: url });
  const { control } = service.simulator;
  control.addFault({ kind: 'error', errcode: 40013, appid: struck.appid, endpoint: 'access_token' });
  await arrive(struck.entId);
  const begun = await until(() => told.find(({ event }) => event === 'open'));
  t.like(begun.incident, { appid: struck.appid, errcode: 40013, ent_ids: [struck.entId] });
  t.regex(begun.text, /appid/);
  control.clearFaults();
  await service.operate('PUT', `/v1/accounts/${struck.appid}`, { name: 'Mended' });
  await until(() => told.find(({ event }) => event === 'end'), { timeoutMs: 60_000 });
  t.false(service.logs().some((line) => line.includes('canary-key')));
});
