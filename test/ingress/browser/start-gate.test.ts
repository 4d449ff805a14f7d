import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import type { Context } from 'koa';
import { createStartGate } from '#ingress/browser/start-gate.ts';
import { Problem } from '#ingress/http/problem.ts';

const browser = (isGone = false) => ({ res: { destroyed: isGone } }) as unknown as Pick<Context, 'res'>;
const never = () => new Promise<void>(() => {});

/** Several turns of the event loop, in which all that can begin has begun. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
}

test('so many starts are under way at once, the next begins when one is done', async (t) => {
  const inTurn = createStartGate({ atOnce: 2 });
  const begun: PromiseWithResolvers<void>[] = [];
  const start = () => {
    const one = Promise.withResolvers<void>();
    begun.push(one);
    return one.promise;
  };
  const all = [1, 2, 3].map(() => inTurn(browser(), start));
  await settle();
  t.is(begun.length, 2);
  begun[0]?.resolve();
  await all[0];
  await settle();
  t.is(begun.length, 3);
  for (const one of begun) one.resolve();
  await Promise.all(all);
});

test('a start that a store lets wait takes nobody’s turn for long', async (t) => {
  const inTurn = createStartGate({ atOnce: 1 });
  void inTurn(browser(), never);
  let isBegun = false;
  await inTurn(browser(), async () => {
    isBegun = true;
  });
  t.true(isBegun);
});

test('who hung up while he waited begins nothing', async (t) => {
  const inTurn = createStartGate({ atOnce: 1 });
  const first = Promise.withResolvers<void>();
  const before = inTurn(browser(), () => first.promise);
  const gone = inTurn(browser(true), async () => t.fail());
  first.resolve();
  await Promise.all([before, gone]);
  t.pass();
});

test('what a start throws is its own to tell', async (t) => {
  const inTurn = createStartGate();
  const fault = new Problem(404, 'not_found', 'There is no such enterprise.');
  t.is(await t.throwsAsync(inTurn(browser(), () => Promise.reject(fault))), fault);
});

test('beyond so many that wait a start is told to come again', async (t) => {
  const inTurn = createStartGate({ atOnce: 1, most: 1 });
  void inTurn(browser(), never);
  await settle();
  const waiting = inTurn(browser(), async () => {});
  t.like(await t.throwsAsync(inTurn(browser(), never)), { status: 503, headers: { 'Retry-After': '3' } });
  await waiting;
});
