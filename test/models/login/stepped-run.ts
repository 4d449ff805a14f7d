import { createExchangeLedger } from '#models/login/ledger.ts';
import type { LoginStore } from '#models/login/store.ts';
import { createExchangeCode, type ExchangeDeps } from '#workers/exchange/exchange-code.ts';
import { type createFakeWeChat, type FakeAnswer, isInDoubt } from './fake-wechat.ts';

export const codeLifetimeMs = 300_000;
export const claimWindowMs = 60_000;
export const leastUsefulMs = 5_000;

export type SteppedRun = ReturnType<typeof createSteppedRun>;
/** What the moves of all runs have in common: their order, and when each call's outcome got on record. */
export type Chronicle = { moves: number; recordedAt: Map<number, number>; violations: string[] };

/**
 * One run of a job as a worker makes it, with the product's own code; it stands still before every move of the ledger and
 * before every answer of WeChat, until it is stepped. Never stepped again, it has crashed; stepped late, it is a zombie.
 */
export function createSteppedRun(
  deps: Omit<ExchangeDeps, 'ledger' | 'wechat'> & {
    store: LoginStore;
    weChat: ReturnType<typeof createFakeWeChat>;
    chronicle: Chronicle;
    jobId: string;
    job: Parameters<ReturnType<typeof createExchangeCode>>[0];
  },
) {
  const { store, weChat, chronicle, jobId, job } = deps;
  /** Who stands still, in the order they came: a run puts its token on record while it asks for the profile. */
  const standing: ((how: { twice: boolean }) => void)[] = [];
  let underWay = 0;
  let answer: FakeAnswer = 'good';
  let isOver = false;
  let claimedAt = 0;
  let unrecorded: number | undefined;

  const stop = () =>
    new Promise<{ twice: boolean }>((resolve) => {
      standing.push(resolve);
    });

  const steppedStore: LoginStore = {
    ...store,
    async run(move, id, ...args) {
      const { twice } = await stop();
      underWay += 1;
      // ioredis sends a command again whose reply was lost.
      if (twice) await store.run(move, id, ...args);
      const reply = await store.run(move, id, ...args);
      underWay -= 1;
      chronicle.moves += 1;
      if (move === 'claim') claimedAt = chronicle.moves;
      if (unrecorded !== undefined) chronicle.recordedAt.set(unrecorded, chronicle.moves);
      unrecorded = undefined;
      return reply;
    },
  };
  const ledger = createExchangeLedger(steppedStore, { claimWindowMs, leastUsefulMs });
  const wechat = weChat.clientOf({ answer: () => answer, onCall: checkCall, delivery: stop });
  const exchangeCode = createExchangeCode({
    ...deps,
    wechat,
    // A run that is told to wait asks again when it is stepped: nobody sleeps here.
    ledger: { ...ledger, claim: async (...args) => ({ ...(await ledger.claim(...args)), waitMs: 0 }) },
  });
  const ended = exchangeCode(job, jobId)
    .catch((error: unknown) => chronicle.violations.push(`a run threw ${error}`))
    .then(() => {
      isOver = true;
    });

  /** Rules 1 and 2 of the contract, section 5, at the moment WeChat gets a code. */
  function checkCall(index: number) {
    unrecorded = index;
    const call = weChat.calls[index];
    if (call === undefined) return;
    const earlier = [...weChat.calls.entries()].filter(([at, { code }]) => at < index && code === call.code);
    if (earlier.length >= 2) chronicle.violations.push(`${call.code} was sent three times`);
    for (const [at, first] of earlier) {
      const wasKnown = (chronicle.recordedAt.get(at) ?? Number.POSITIVE_INFINITY) < claimedAt;
      // Unless its outcome is on record the first call counts as alive for as long as one may last.
      const isLost = call.madeAt - first.madeAt >= claimWindowMs - 1_000;
      if (wasKnown ? !isInDoubt(first.answer) : !isLost) {
        chronicle.violations.push(`${call.code} was sent again without a doubt`);
      }
    }
    const { diesAt = 0 } = weChat.codes.get(call.code) ?? {};
    if (call.madeAt > diesAt) chronicle.violations.push(`${call.code} was dead when it was sent`);
  }

  /** Pauses between two tries of a run are real and short. */
  async function atStop() {
    while (underWay > 0 || (standing.length === 0 && !isOver)) {
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1))]);
    }
  }

  return {
    jobId,
    get isOver() {
      return isOver;
    },
    /** Lets the run go on to its next stop; `answer` is WeChat's, should it be called on the way. */
    async step(how: { twice?: boolean; answer?: FakeAnswer } = {}) {
      await atStop();
      answer = how.answer ?? 'good';
      standing.shift()?.({ twice: how.twice ?? false });
      await atStop();
    },
  };
}
