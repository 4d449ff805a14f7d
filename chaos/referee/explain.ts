import type { Incident } from '#chaos/incidents.ts';
import type { Call } from './evidence.ts';

/** From WeChat's answer until the token is on record, on a machine that does all of this at once. */
const untilSavedMs = 1_500;

/** A fault that is over for longer no longer explains why nothing was done: what it left lying had to be picked up. */
const excuseMs = 60_000;

/**
 * After an outage of WeChat an account is asked for again after so long at most: what is accepted meanwhile waits, and
 * a code that lives for seconds only, as some scenarios have it, may die of that.
 */
const longestPauseMs = 10_000;

/** A code with less time left is not worth a call, and was made a moment before it was accepted. */
const tooLateMs = 5_000;

/** A code is sent twice at most, and each call is on record before it is made; a quota refusal leaves the code as it was. */
export const mostCallsPerCode = 2;

/** Answers no program can read, or that say nothing of the code. */
const unreadable = new Set([
  'hang',
  'reset',
  'empty',
  'html',
  'malformed',
  'truncated',
  'wrong-types',
  'invalid-utf8',
  'drip',
  'oversized',
]);
const busy = new Set([-1, 61450]);
const quota = new Set([45009, 45011]);

/** What the caller could know of the code after this call. */
export type CallOutcome = 'success' | 'unknown' | 'quota' | 'refused';

export function outcomeOf(call: Call, timeoutMs: number): CallOutcome {
  const tookMs = (call.answeredAt ?? Number.POSITIVE_INFINITY) - call.time;
  // A call's deadline runs on the caller's side, from before it reached WeChat.
  if (tookMs >= timeoutMs - 500) return 'unknown';
  if (call.fault !== null && unreadable.has(call.fault)) return 'unknown';
  if (call.errcode === null || busy.has(call.errcode)) return 'unknown';
  if (quota.has(call.errcode)) return 'quota';
  return call.errcode === 0 ? 'success' : 'refused';
}

/**
 * The calls as their caller could hear them: a connection that is cut carries nothing that WeChat says a moment later, though
 * the simulator has written its answer by then.
 */
export function withCutAnswers(calls: readonly Call[], incidents: readonly Incident[]): Call[] {
  const cuts = incidents.filter(({ fault, target }) => fault === 'down' && target === 'wechat');
  return calls.map((call) => {
    const isCut = cuts.some(({ at }) => call.time <= at && call.answeredAt !== null && at <= call.answeredAt);
    return isCut ? { ...call, answeredAt: null } : call;
  });
}

/** Whether a fault may have kept this call's answer from being written down. */
export function strikesCall({ target, at, until }: Incident, call: Call): boolean {
  if (target === 'wechat' || target.startsWith('ingress')) return false;
  const end = (call.answeredAt ?? call.time) + untilSavedMs;
  return at <= end && until >= call.time;
}

export type Explanation = 'burnt' | 'interrupted' | 'died waiting' | 'lost record' | undefined;

/**
 * Why a login had to be authorised again, if anything but the service is to blame. `calls` are those of the round's codes.
 * `interrupted`: a process or a store was struck while a call was under way, or two runs were killed between the word that
 * they would call and the call. `burnt`: WeChat spent the code, or may have, and said nothing useful. `died waiting`: no call at all, and a fault kept the queue still until the code was dead.
 */
export function explainLoss(round: {
  acceptedAt: number;
  lostAt: number;
  calls: readonly Call[];
  incidents: readonly Incident[];
  timeoutMs: number;
  codeLifetimeMs: number;
}): Explanation {
  const { acceptedAt, lostAt, calls, incidents, timeoutMs, codeLifetimeMs } = round;
  if (incidents.some(({ fault, at }) => fault === 'flush' && at <= lostAt && at >= acceptedAt - 1_000))
    return 'lost record';
  if (calls.some((call) => incidents.some((incident) => strikesCall(incident, call)))) return 'interrupted';
  if (calls.some((call) => ['unknown', 'quota'].includes(outcomeOf(call, timeoutMs)))) return 'burnt';
  const kills = incidents.filter(
    ({ fault, target, at }) =>
      fault === 'kill -9' && target.startsWith('workers') && at >= acceptedAt && at <= lostAt,
  );
  if (calls.length === 0 && kills.length >= mostCallsPerCode) return 'interrupted';
  const wasStruck = incidents.some(
    ({ at, until }) => at <= lostAt && until + longestPauseMs >= acceptedAt && lostAt - until <= excuseMs,
  );
  const isDead = lostAt - acceptedAt >= codeLifetimeMs - tooLateMs;
  return calls.length === 0 && wasStruck && isDead ? 'died waiting' : undefined;
}
