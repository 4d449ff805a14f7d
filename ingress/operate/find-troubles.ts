import { type ConditionName, conditions, type Severity } from '#ingress/operate/conditions.ts';
import { type Counted, sumOf, sumOfKind, troubleRowsOf } from '#ingress/operate/counted.ts';
import { failedOf } from '#ingress/operate/funnel.ts';
import type { LastCalls } from '#models/counts/last-calls.ts';
import type { MinuteCounts } from '#models/counts/minutes.ts';
import { errcodes } from '#wechat/errcodes.ts';

/** A condition that is met: of an account, an enterprise, or the whole installation. */
export type Trouble = {
  readonly key: string;
  readonly condition: ConditionName;
  readonly severity: Severity;
  readonly appid?: string;
  readonly entIds: readonly string[];
  readonly errcode?: number;
  /** The errcode as text, or a word: `timeout`, `unsealable`, `expired`. */
  readonly cause: string;
  /** ms of Redis's clock. */
  readonly since: number;
  readonly people: number;
  /** When calls came right again, and none failed since. */
  readonly goodSince?: number;
  /** Of ours, that WeChat refused, sorted. */
  readonly addresses?: readonly string[];
};

/** How an account stands that is not open, as the workers tell. */
export type Standing = {
  readonly appid: string;
  readonly state: string;
  readonly cause: string;
  /** Logins that stand in its line. */
  readonly waiting: number;
  /** Since when it is known to stand so, ms of Redis's clock. */
  readonly since: number;
};

export type Seen = {
  readonly minutes: readonly MinuteCounts[];
  readonly minuteMs: number;
  /** By appid. */
  readonly lastCalls: ReadonlyMap<string, LastCalls>;
  /** ms of Redis's clock. */
  readonly now: number;
  readonly standings: readonly Standing[];
  /** Logins that wait for a worker, in all. */
  readonly waiting: number;
  /** When the last worker was heard; undefined while one lives, or while that is not known. */
  readonly workersGoneSince?: number | undefined;
  readonly isPaused: boolean;
};

/** What a process counts is in Redis after two seconds (open-counts.ts). */
const toldWithinMs = 3_000;

/** Pure: everything that is the matter at this moment. */
export function findTroubles(seen: Seen): Trouble[] {
  const rows = seen.minutes.flatMap(troubleRowsOf);
  const byAccount = Map.groupBy(rows, ({ appid }) => appid);
  const found: Trouble[] = [];
  for (const [appid, ofAccount] of byAccount) {
    if (appid === '') continue;
    found.push(...failingCalls(seen, appid, ofAccount));
    found.push(...codesRefused(seen, appid, ofAccount));
    found.push(...codesDie(seen, appid, ofAccount));
    found.push(...nobodyComesBack(seen, appid, ofAccount));
  }
  for (const [entId, ofEnterprise] of Map.groupBy(rows, ({ entId }) => entId)) {
    if (entId === '') continue;
    found.push(...hostDoesNotRedeem(seen, entId, ofEnterprise));
  }
  found.push(...closedAccounts(seen, byAccount, found));
  found.push(...loginBugs(seen, rows));
  found.push(...ofQueue(seen));
  return found;
}

/** What WeChat said that is nobody's fault, or the person's, is told by other conditions, or not at all. */
export function isOfAccount(said: string, endpoint = ''): boolean {
  const errcode = Number(said);
  if (!Number.isInteger(errcode)) return true;
  // wechat: at the trade of a code it is the AppSecret that is wrong, elsewhere a person's token.
  if (errcode === 40_001 && endpoint === 'token') return true;
  const known = errcodes.get(errcode);
  if (known === undefined) return true;
  if (known.isCodeRefused === true || known.remedy === 'refused') return false;
  return known.remedy !== 'reauthorize' && known.remedy !== 'refresh';
}

function failingCalls(seen: Seen, appid: string, rows: readonly Counted[]): Trouble[] {
  const recent = lately(seen, rows, conditions['wechat-call-fails'].quietMinutes);
  const calls = recent.flatMap((row) => {
    const [kind, endpoint = '', said = ''] = row.step.split(':');
    // A token that was renewed in vain is the person's; what remains wrong of the account shows at the next login.
    return kind === 'e' && endpoint !== 'refresh' && isOfAccount(said, endpoint)
      ? [{ ...row, endpoint, said }]
      : [];
  });
  return [...Map.groupBy(calls, ({ said }) => troubleName(said))].map(([name, failing]) => {
    const said = mostTold(failing);
    const since = Math.min(...failing.map((row) => firstOf(seen, row)));
    const addresses = name === '40164' ? refusedAddresses(seen, appid, since) : [];
    const goodSince = whenRight(seen, appid, name, failing);
    return {
      key: `wechat-call-fails|${appid}|${name}`,
      condition: 'wechat-call-fails',
      severity: name === 'unreachable' && cameRight(seen, appid, recent, failing) ? 'notice' : 'page',
      appid,
      entIds: enterprisesOf(failing),
      ...(Number.isInteger(Number(said)) && { errcode: Number(said) }),
      cause: said,
      since,
      people: Math.max(
        1,
        failedOf(rows.filter(({ minute }) => minute >= minuteOf(seen, since))) + inLine(seen, appid),
      ),
      ...(goodSince !== undefined && { goodSince }),
      ...(addresses.length > 0 && { addresses }),
    };
  });
}

/** In this trouble, not in one before. */
const refusedAddresses = ({ lastCalls }: Seen, appid: string, since: number): string[] =>
  [...(lastCalls.get(appid)?.addresses ?? [])]
    .flatMap(([address, at]) => (at >= since ? [address] : []))
    .toSorted();

/** Since when all that failed comes right: undefined while some of it failed later, or the workers leave the account alone. */
function whenRight(
  seen: Seen,
  appid: string,
  name: string,
  failing: readonly (Counted & { readonly endpoint: string; readonly said: string })[],
): number | undefined {
  const isClosed = seen.standings.some((one) => one.appid === appid && troubleOfStanding(one) === name);
  const last = seen.lastCalls.get(appid);
  if (isClosed || last === undefined) return undefined;
  const right = failing.map((row) => {
    const { goodAt = 0 } = last.ends.get(`${row.endpoint}|${row.said}`) ?? {};
    // A worker of an old release tells not when its last call failed, but when the first one of a minute did.
    return goodAt >= firstOf(seen, row) ? goodAt : Number.NaN;
  });
  const at = Math.max(...right);
  return Number.isNaN(at) ? undefined : at;
}

const firstOf = ({ minuteMs }: Seen, { first, minute }: Counted): number => first ?? minute * minuteMs;

/** WeChat, or the way to it, is away in many words: one trouble, which the workers' leaving the account alone belongs to. */
const awayWords: ReadonlySet<string> = new Set([
  '-1',
  'timeout',
  'network',
  'http',
  'malformed',
  'unreachable',
]);
const troubleName = (said: string): string => (awayWords.has(said) ? 'unreachable' : said);
const saidBy = ({ state, cause }: Standing): string => (cause === '' ? state : cause);
const troubleOfStanding = (standing: Standing): string | undefined =>
  standing.state === 'open' ? undefined : troubleName(saidBy(standing));

/** Few calls were not answered, and nobody was turned away for it. */
function cameRight(
  seen: Seen,
  appid: string,
  recent: readonly Counted[],
  failing: readonly Counted[],
): boolean {
  const { sure, share } = conditions['wechat-call-fails'];
  if (seen.standings.some((one) => one.appid === appid && one.state === 'unreachable')) return false;
  const calls = failing.reduce((sum, { n }) => sum + n, 0);
  const people = sumOf(recent, 'failed:unavailable', 'again:unknown-outcome');
  const isFew = calls + people < share * (sumOf(recent, 'exchanged') + calls);
  return isFew || (people === 0 && calls < sure);
}

function mostTold(failing: readonly { said: string; n: number }[]): string {
  const sums = [...Map.groupBy(failing, ({ said }) => said)].map(([said, rows]) => ({
    said,
    n: rows.reduce((sum, { n }) => sum + n, 0),
  }));
  return sums.toSorted((a, b) => b.n - a.n)[0]?.said ?? 'other';
}

/** An account that the workers leave alone, where no call of the last minutes says so already. */
function closedAccounts(
  seen: Seen,
  byAccount: ReadonlyMap<string, readonly Counted[]>,
  found: readonly Trouble[],
): Trouble[] {
  return seen.standings.flatMap((standing) => {
    const { appid, since } = standing;
    const name = troubleOfStanding(standing);
    // The calls that closed it are told of a moment later, with whose they were.
    if (name === undefined || seen.now - since < toldWithinMs) return [];
    const said = saidBy(standing);
    const key = `wechat-call-fails|${appid}|${name}`;
    if (found.some((one) => one.key === key)) return [];
    const rows = byAccount.get(appid) ?? [];
    return [
      {
        key,
        condition: 'wechat-call-fails' as const,
        severity: 'page' as const,
        appid,
        entIds: enterprisesOf(rows.filter(({ step }) => /^(failed|again):/.test(step))),
        ...(Number.isInteger(Number(said)) && { errcode: Number(said) }),
        cause: said,
        since,
        people: Math.max(1, failedOf(lately(seen, rows, 5)) + inLine(seen, appid)),
      },
    ];
  });
}

function codesRefused(seen: Seen, appid: string, rows: readonly Counted[]): Trouble[] {
  const { windowMinutes, least, share } = conditions['codes-refused'];
  const recent = lately(seen, rows, windowMinutes);
  const refused = recent.filter(({ step }) => step === 'again:invalid' || step === 'again:used');
  const n = sumOfKind(refused, 'again:');
  if (n < least || n < share * (n + sumOf(recent, 'exchanged'))) return [];
  return [of(seen, 'codes-refused', { appid, rows: refused, people: n, cause: 'invalid' })];
}

function codesDie(seen: Seen, appid: string, rows: readonly Counted[]): Trouble[] {
  const { windowMinutes, least } = conditions['codes-die'];
  const dead = lately(seen, rows, windowMinutes).filter(({ step }) => step === 'again:expired');
  const n = sumOf(dead, 'again:expired');
  return n < least ? [] : [of(seen, 'codes-die', { appid, rows: dead, people: n, cause: 'expired' })];
}

function nobodyComesBack(seen: Seen, appid: string, rows: readonly Counted[]): Trouble[] {
  const { windowMinutes, least, afterMinutes, networks, many, before } = conditions['nobody-comes-back'];
  const recent = lately(seen, rows, windowMinutes);
  const sent = recent.filter(
    ({ step, minute }) => step === 'sent' && minute <= minuteOf(seen, seen.now) - afterMinutes,
  );
  const n = sumOf(sent, 'sent');
  if (n < least || cameBack(recent) > 0) return [];
  // Made-up codes of now hide nobody who came before.
  const earlier = rows.filter((row) => !recent.includes(row));
  const isOfMany = n >= many || networksOf(recent) >= networks || cameBack(earlier) >= before;
  const trouble = of(seen, 'nobody-comes-back', { appid, rows: sent, people: n, cause: 'nobody-back' });
  return [{ ...trouble, severity: isOfMany ? trouble.severity : 'notice' }];
}

/** Whoever makes codes up has not come back from WeChat, and anybody may come without one. */
const cameBack = (rows: readonly Counted[]): number =>
  Math.max(0, sumOf(rows, 'back') - sumOf(rows, 'again:invalid'));

/** Of 32 (models/counts/steps.ts): from where people were sent to WeChat. */
const networksOf = (rows: readonly Counted[]): number =>
  new Set(rows.flatMap(({ step }) => (step.startsWith('net:') ? [step] : []))).size;

function hostDoesNotRedeem(seen: Seen, entId: string, rows: readonly Counted[]): Trouble[] {
  const { windowMinutes, least, share, afterMinutes } = conditions['host-does-not-redeem'];
  const recent = lately(seen, rows, windowMinutes + afterMinutes);
  // Whoever was told just now is on his way.
  const told = recent.filter(
    ({ step, minute }) => step === 'told' && minute <= minuteOf(seen, seen.now) - afterMinutes,
  );
  const people = sumOf(told, 'told') - sumOf(recent, 'redeemed');
  if (people < least || people < share * sumOf(told, 'told')) return [];
  const appid = told[0]?.appid ?? '';
  const trouble = of(seen, 'host-does-not-redeem', { appid, rows: told, people, cause: 'not-redeemed' });
  return [{ ...trouble, key: `host-does-not-redeem|${entId}` }];
}

function loginBugs(seen: Seen, rows: readonly Counted[]): Trouble[] {
  const bugs = lately(seen, rows, conditions['login-bugs'].quietMinutes).filter(
    ({ step }) => step === 'failed:internal',
  );
  if (bugs.length === 0) return [];
  const { appid: _, ...trouble } = of(seen, 'login-bugs', {
    appid: '',
    rows: bugs,
    people: sumOf(bugs, 'failed:internal'),
    cause: 'internal',
  });
  return [trouble];
}

function ofQueue({ now, waiting, workersGoneSince, isPaused }: Seen): Trouble[] {
  const common = { entIds: [], people: Math.max(1, waiting) };
  const named = <Name extends ConditionName>(name: Name) => ({
    key: name,
    condition: name,
    severity: conditions[name].severity,
  });
  const paused = { ...named('queue-paused'), cause: 'paused', since: now };
  const gone = { ...named('no-workers'), cause: 'no-workers' };
  return [
    ...(isPaused ? [{ ...common, ...paused }] : []),
    ...(workersGoneSince !== undefined && waiting > 0
      ? [{ ...common, ...gone, since: workersGoneSince }]
      : []),
  ];
}

const inLine = ({ standings }: Seen, appid: string): number =>
  standings.find((one) => one.appid === appid)?.waiting ?? 0;

const minuteOf = ({ minuteMs }: Seen, at: number): number => Math.floor(at / minuteMs);

const lately = (seen: Seen, rows: readonly Counted[], minutes: number): Counted[] =>
  rows.filter(({ minute }) => minute > minuteOf(seen, seen.now) - minutes);

const enterprisesOf = (rows: readonly Counted[]): string[] =>
  [...new Set(rows.map(({ entId }) => entId))].filter((entId) => entId !== '').toSorted();

function of(
  seen: Seen,
  condition: ConditionName,
  { appid, rows, people, cause }: { appid: string; rows: readonly Counted[]; people: number; cause: string },
): Trouble {
  const since = Math.min(...rows.map((row) => firstOf(seen, row)));
  return {
    key: `${condition}|${appid}`,
    condition,
    severity: conditions[condition].severity,
    appid,
    entIds: enterprisesOf(rows),
    cause,
    since,
    people,
  };
}
