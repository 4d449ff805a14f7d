import type { Journal, Round } from '#chaos/crowd/journal.ts';
import type { Call, Evidence } from './evidence.ts';
import { explainLoss, mostCallsPerCode, outcomeOf, strikesCall } from './explain.ts';
import { countMixUps } from './identities.ts';
import { measureTimes } from './times.ts';
import type { Bounds, Counts, Verdict } from './verdict.ts';

/** Every login ends in five minutes; the page may learn it a moment later. */
const endsWithinMs = 300_000 + 3_000;

/**
 * Judges a run by what WeChat, the people and the stores each say of it, and by nothing the service says of itself.
 * Whatever breaks a rule of the contract (section 5) or a bound of the scenario becomes a red line.
 */
export function judge(evidence: Evidence, bounds: Bounds = {}): Verdict {
  const journals = evidence.reports.flatMap((report) => report.journals);
  const { incidents, callTimeoutMs: timeoutMs, codeLifetimeMs } = evidence;
  const callsOf = Map.groupBy(evidence.exchanges, ({ code }) => code ?? '');
  const sentAtOf = new Map(
    journals
      .flatMap(({ rounds }) => rounds)
      .flatMap((round) => round.codes.map((code) => [code, round.sentAt] as const)),
  );
  const reds: string[] = [];
  const notJudged: string[] = [];
  const identities = countMixUps(evidence, journals);
  const counts: Counts = {
    logins: journals.length,
    ready: journals.filter(({ outcome }) => outcome === 'ready').length,
    refused: journals.filter(({ outcome }) => outcome === 'refused').length,
    lost: journals.filter(({ outcome }) => outcome === 'lost' || outcome === 'underway').length,
    failed: journals.filter((one) => one.outcome === 'failed' && !lostItsTicket(one)).length,
    duplicated: identities.duplicated,
    mixedUp: identities.mixedUp,
    reauthorized: sum(journals, ({ reauthorizations }) => reauthorizations.length),
    explained: { burnt: 0, interrupted: 0, 'died waiting': 0, 'lost record': 0 },
    taps: sum(journals, ({ taps }) => taps),
    heals: sum(journals, ({ heals }) => heals.length),
    held: journals.filter(({ holds }) => holds > 0).length,
    exchanges: evidence.exchanges.length,
    callsPerCode: 0,
    quotaRefusals: 0,
    blindCalls: 0,
    deadCodes: 0,
    inFlight: countInFlight(evidence),
    doubleJobs: countDoubleJobs(evidence, journals, sentAtOf.size),
    expired: 0,
  };

  for (const [code, calls] of callsOf) {
    const sent = calls.filter((call) => outcomeOf(call, timeoutMs) !== 'quota').length;
    counts.quotaRefusals += calls.length - sent;
    counts.callsPerCode = Math.max(counts.callsPerCode, sent);
    if (sent > mostCallsPerCode) reds.push(`a code was sent ${sent} times`);
    counts.blindCalls += countBlind(calls, evidence);
    counts.deadCodes += calls.filter((call) => isDead(call, code)).length;
  }

  const unexplained: string[] = [];
  for (const journal of journals) {
    for (const { login, at } of journal.reauthorizations) {
      const round = roundOf(journal, login, at);
      const calls = round?.codes.flatMap((code) => callsOf.get(code) ?? []) ?? [];
      const acceptedAt = round?.acceptedAt ?? at;
      const why = explainLoss({ acceptedAt, lostAt: at, calls, incidents, timeoutMs, codeLifetimeMs });
      if (calls.length === 0) counts.expired += 1;
      if (why === undefined) unexplained.push(journal.person);
      else counts.explained[why] += 1;
    }
  }

  const times = measureTimes(journals, incidents);
  const slow = journals.flatMap(({ rounds }) => rounds).filter((round) => tookMs(round) > endsWithinMs);
  red(identities.faults);
  atMost('lost', counts.lost, 0);
  atMost('failed', counts.failed, bounds.failed ?? 0);
  atMost('turned away', counts.refused, bounds.refused ?? 0);
  atMost('authorised again without a cause', unexplained.length, bounds.unexplained ?? 0);
  atMost('authorised again', counts.reauthorized, bounds.reauthorized ?? Number.POSITIVE_INFINITY);
  atMost('taps', counts.taps, bounds.taps ?? 0);
  atMost('logins the page had to begin anew', counts.heals, bounds.heals ?? 0);
  atMost('calls that repeat a known outcome', counts.blindCalls, 0);
  atMost('dead codes sent', counts.deadCodes, 0);
  atMost('second jobs of a code', counts.doubleJobs, 0);
  atMost('rounds longer than five minutes', slow.length, 0);
  atMost('logins without an end on record', evidence.unfinished.filter(isOurs(journals)).length, 0);
  atMost('exchanges', counts.exchanges, bounds.exchanges ?? Number.POSITIVE_INFINITY);
  const struckUntil = Math.max(...incidents.map(({ until }) => until));
  withinMs('recovery', times.recoveryMs ?? 0, bounds.recoveryMs, struckUntil);
  withinMs('the slowest login', times.longest, bounds.readyWithinMs, times.slowestSince);
  if (bounds.drainBeyondCalmMs !== undefined && evidence.calm !== undefined) {
    const most = evidence.calm.drainMs + bounds.drainBeyondCalmMs;
    withinMs('until the last was ready', times.drainMs, most, times.begunAt);
  }
  red([bounds.also?.({ counts, times }, evidence) ?? []].flat());
  return { counts, times, reds: [...new Set(reds)], notJudged, unexplained };

  function red(faults: readonly string[]) {
    reds.push(...faults);
  }
  function atMost(what: string, count: number, most: number) {
    if (count > most) reds.push(`${what}: ${Math.round(count)}, at most ${Math.round(most)}`);
  }
  /** The crowd is the clock: while it stands still nobody can be seen to be ready. */
  function withinMs(what: string, tookMs: number, most = Number.POSITIVE_INFINITY, from: number): void {
    if (tookMs <= most) return;
    const stoodStillMs = stallsBetween(evidence, from, from + tookMs);
    const told = `${what}: ${Math.round(tookMs)} ms, at most ${Math.round(most)}`;
    if (tookMs - stoodStillMs > most) reds.push(told);
    else notJudged.push(`${told}, of which the crowd itself stood still for ${Math.round(stoodStillMs)}`);
  }
  /** Redis was emptied while the ticket was on its way to the host, which can only refuse the person. */
  function lostItsTicket({ detail, rounds, endedAt }: Journal): boolean {
    // A direct answer brings the ticket, which Redis may have lost before the answer was heard.
    const since = rounds.at(-1)?.sentAt ?? endedAt;
    return (
      detail === 'the ticket was refused' &&
      incidents.some(({ fault, at }) => fault === 'flush' && at >= since && at <= endedAt)
    );
  }
  /** Too old when it arrived, counted from the earliest moment at which the service can have known of it. */
  function isDead(call: Call, code: string): boolean {
    const since = sentAtOf.get(code) ?? evidence.mintedAt.get(code) ?? call.time;
    return call.time - since > evidence.codeLifetimeMs;
  }
}

/** Calls that were sent although the one before had told what became of the code. */
function countBlind(calls: readonly Call[], { incidents, callTimeoutMs }: Evidence): number {
  return calls.slice(1).filter((call, index) => {
    const before = calls[index];
    if (before === undefined || ['unknown', 'quota'].includes(outcomeOf(before, callTimeoutMs))) return false;
    return !incidents.some((incident) => strikesCall(incident, before) && incident.at <= call.time);
  }).length;
}

/** Exchanges whose end was not yet on record when a worker, or Redis, was struck. */
function countInFlight({ incidents, exchanges }: Evidence): number {
  return exchanges.filter((call) => incidents.some((incident) => strikesCall(incident, call))).length;
}

/**
 * A job made once more for a login that was lost, or was set apart from those it shared a job with, carries another id on
 * purpose, and says so in its id's end. A job that logins share says how many they are: those of strangers do not count.
 */
function countDoubleJobs(
  { jobIds, shared }: Evidence,
  journals: readonly Journal[],
  codesSent: number,
): number {
  const isOfCrowd = isOurs(journals);
  const isMade = new Set(jobIds);
  const strangers = shared.filter((one) => isMade.has(one.job) && !isOfCrowd(one));
  // An id that names no login is nobody's on purpose: it counts.
  const isStrangers = (id: string) => /^[0-9a-f]{34}-/.test(id) && !isOfCrowd({ login: id.slice(0, 34) });
  const first = jobIds.filter((id) => !/-\d+-\d+$/.test(id) && !isStrangers(id));
  return Math.max(0, sum(first, loginsOf) - strangers.length - codesSent);
}

function roundOf({ rounds }: Journal, login: string, at: number): Round | undefined {
  return rounds.findLast((round) => round.login === login && round.sentAt <= at);
}

/** How long any crowd's event loop stood still in this time, ms. */
function stallsBetween({ reports }: Evidence, from: number, until: number): number {
  const each = reports.map(({ stalls }) =>
    sum(stalls, (stall) => Math.max(0, Math.min(stall.until, until) - Math.max(stall.from, from))),
  );
  return Math.max(0, ...each);
}

const loginsOf = (jobId: string) => Number(/^b(\d+)-/.exec(jobId)?.[1] ?? 1);

const tookMs = (round: Round) => (round.endedAt ?? 0) - (round.acceptedAt ?? round.sentAt);

const sum = <T>(list: readonly T[], of: (one: T) => number) =>
  list.reduce((total, one) => total + of(one), 0);

/** Logins that a person of the crowd waited for; a stranger's own are nobody's. */
function isOurs(journals: readonly Journal[]) {
  const ours = new Set(journals.flatMap(({ rounds }) => rounds.map(({ login }) => login)));
  return ({ login }: { login: string }) => ours.has(login);
}
