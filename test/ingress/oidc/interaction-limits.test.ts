import test from 'ava';
import type { Context } from 'koa';
import { createInteractionLimits } from '#ingress/oidc/interaction-limits.ts';
import { createClientAddress } from '#operations/client-address.ts';

/** Limits over a Redis that is as full as the test says, and requests from wherever. */
function withLimits() {
  const redis = { used: 0 };
  const limits = createInteractionLimits({
    addressOf: createClientAddress([]),
    usedMemory: () => redis.used,
  });
  const answers: string[] = [];
  const from = (address: string) =>
    ({
      req: { socket: { remoteAddress: address }, headers: {} },
      set: (_: string, value: string) => void answers.push(value),
    }) as unknown as Context;
  const begin = (address: string) =>
    limits.begin(from(address)).then(
      () => 'begun',
      ({ status, allow_redirect: leadsOn }) => `${status} ${leadsOn}`,
    );
  return { redis, begin, end: (address: string) => limits.end(from(address)), answers };
}

test('while Redis has room nobody is refused, however many come from one address', async (t) => {
  const { redis, begin } = withLimits();
  for (let n = 0; n < 1_000; n += 1) t.is(await begin('192.0.2.1'), 'begun');
  redis.used = 0.69;
  t.is(await begin('192.0.2.1'), 'begun');
});

test('when it runs short, who began more than he ended is refused first, and nobody else', async (t) => {
  const { redis, begin, end, answers } = withLimits();
  for (let n = 0; n < 100; n += 1) {
    await begin('192.0.2.1');
    await begin('192.0.2.2');
    await end('192.0.2.2');
    await begin(`2001:db8::${n.toString(16)}`);
  }
  redis.used = 0.7;
  t.is(await begin('192.0.2.1'), '429 false');
  t.deepEqual(answers, ['5']);
  t.is(await begin('2001:db8::ffff'), '429 false', 'a household has many addresses');
  t.is(await begin('192.0.2.2'), 'begun', 'thousands may come from there, who end what they begin');
  t.is(await begin('192.0.2.3'), 'begun');
  await end('192.0.2.1');
  t.is(await begin('192.0.2.1'), 'begun');
});

test('when it is nearly full nobody begins by OpenID Connect: the rest is for those who have begun', async (t) => {
  const { redis, begin } = withLimits();
  redis.used = 0.85;
  t.is(await begin('192.0.2.9'), '503 false');
  redis.used = 0.5;
  t.is(await begin('192.0.2.9'), 'begun');
});
