import test from 'ava';
import fc from 'fast-check';
import { appid, secret, withSimulator } from './with-simulator.ts';

const kinds = [
  'error',
  'html',
  'empty',
  'malformed',
  'wrong-types',
  'invalid-utf8',
  'reset',
  'gzip',
] as const;

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('exchange' as const), code: fc.nat(2), own: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      kind: fc.constantFrom(...kinds),
      burns: fc.boolean(),
      count: fc.integer({ min: 1, max: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 200_000 }) }),
  },
);

test('whatever is tried, a code is consumed at most once and answers success at most once', async (t) => {
  const { control, exchange, mint, putClockForward } = await withSimulator(t, {
    accounts: { [appid]: secret, wx2: secret },
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      control.clearFaults();
      control.clearCalls();
      const codes = [mint(), mint(), mint()];
      const successes = new Map<string, number>();
      for (const one of steps) {
        if (one.do === 'wait') putClockForward(one.ms);
        else if (one.do === 'fault') addFault(one);
        else {
          const code = codes[one.code] ?? '';
          const answer = await exchange(code, one.own ? {} : { appid: 'wx2' }).catch(() => ({}));
          if ('access_token' in answer) successes.set(code, (successes.get(code) ?? 0) + 1);
        }
      }
      return codes.every((code) => {
        const consumptions = control.calls({ code }).calls.filter((call) => call.consumed).length;
        const succeeded = successes.get(code) ?? 0;
        const wasUsed = control.code(code).usedAt !== null;
        return consumptions <= 1 && succeeded <= consumptions && wasUsed === (consumptions === 1);
      });
    }),
    { numRuns: 60 },
  );
  t.pass();

  function addFault({
    kind,
    burns,
    count,
  }: {
    kind: (typeof kinds)[number];
    burns: boolean;
    count: number;
  }): void {
    if (kind === 'error') control.addFault({ kind, errcode: -1, burns, count });
    else control.addFault({ kind, burns, count } as Parameters<typeof control.addFault>[0]);
  }
});
