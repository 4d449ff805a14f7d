import test from 'ava';
import { until } from '#test/support/until.ts';
import { withRedisProxy } from '#test/support/with-redis-proxy.ts';
import { sharedService } from './shared-service.ts';

// Both processes reach Redis through a proxy, which is cut or hangs: one test after another.
const teardowns: (() => unknown)[] = [];
const cleanup = { teardown: (fn: () => unknown) => void teardowns.unshift(fn) };
const proxy = await withRedisProxy(cleanup);
const service = await sharedService({ redis: proxy });
test.after.always('the proxy and the keys are gone', async () => {
  for (const teardown of teardowns) await teardown();
});
const { control } = service.simulator;

/** The promise is a second; the rest is for a busy machine. */
const withinMs = 2_000;

async function timed<T>(work: Promise<T>) {
  const begun = performance.now();
  const value = await work;
  return { ...value, tookMs: performance.now() - begun };
}

async function someone() {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  const callbackUrl = await person.authorize(await person.start(entId));
  return { entId, person, callbackUrl, code: new URL(callbackUrl).searchParams.get('code') ?? '' };
}

async function isBack() {
  return await until(async () => (await fetch(`${service.ingresses[0]?.adminUrl}/readyz`)).ok, {
    timeoutMs: 20_000,
  });
}

for (const away of ['cut', 'hang'] as const) {
  test.serial(
    `Redis ${away}: a callback is answered with 503 within a second, by a page that repeats it`,
    async (t) => {
      const { person, entId, callbackUrl, code } = await someone();
      proxy[away]();
      const answer = await timed(person.visit(callbackUrl));
      const start = await timed(person.visit(`/wechatTransfer?ent_id=${entId}`));
      const status = await timed(person.readStatus());
      const readyz = await fetch(`${service.ingresses[0]?.adminUrl}/readyz`);
      const healthz = await fetch(`${service.ingresses[0]?.adminUrl}/healthz`);
      proxy.heal();

      for (const { status: code, tookMs } of [answer, start, status]) {
        t.is(code, 503);
        t.true(tookMs < withinMs, `${tookMs} ms`);
      }
      t.regex(String(answer.headers['retry-after']), /^[1-9]\d?$/);
      // Loads its own address again, code and all, without having it in the page.
      t.regex(answer.text, /<meta http-equiv="refresh" content="\d+">/);
      t.false(answer.text.includes(code));
      t.is(readyz.status, 503);
      t.is(healthz.status, 200);

      await isBack();
      t.is((await person.callback(callbackUrl)).status, 303);
      t.is((await person.waitForEnd()).status, 'ready');
      t.is(control.calls({ endpoint: 'access_token', code }).calls.length, 1);
    },
  );
}

test.serial(
  'a login whose token comes while Redis is away is ready once it is back, with one exchange',
  async (t) => {
    const { person, callbackUrl, code } = await someone();
    const { next } = control.calls();
    control.addFault({ kind: 'latency', ms: 1_000, person: person.name, endpoint: 'access_token' });
    await person.callback(callbackUrl);
    const exchanges = () => control.calls({ endpoint: 'access_token', code }).calls;
    await until(() => exchanges().length === 1);
    proxy.cut();
    await until(() => exchanges()[0]?.answeredAt);
    const held = person.waitForEnd();
    proxy.heal();
    await isBack();
    t.is((await held).status, 'ready');
    t.is(exchanges().length, 1);
    t.is(control.calls({ since: next, endpoint: 'userinfo' }).calls.length, 1);
  },
);

test.serial('pages that wait survive Redis going away and coming back', async (t) => {
  const { next } = control.calls();
  const logins = await Promise.all(Array.from({ length: 10 }, someone));
  for (const { person } of logins) {
    control.addFault({ kind: 'latency', ms: 1_500, person: person.name, endpoint: 'access_token' });
  }
  const ends = logins.map(async ({ person, callbackUrl }) => {
    await person.callback(callbackUrl);
    return (await person.waitForEnd()).status;
  });
  await until(() => control.calls({ since: next, endpoint: 'access_token' }).calls.length === 10);
  proxy.cut();
  proxy.heal();
  t.deepEqual([...new Set(await Promise.all(ends))], ['ready']);
});
