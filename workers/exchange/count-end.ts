import { type CountedStep, durationStep, type Whose } from '#models/counts/steps.ts';
import type { Count } from '#models/counts/tally.ts';
import type { Settlement } from '#models/login/ledger.ts';
import type { LoginTrouble } from '#models/login/trouble.ts';
import { countedAs, errcodes } from '#wechat/errcodes.ts';

/** Counts a call of WeChat that did not say ok; an errcode that nobody documented is `other`. No other trouble is one. */
export function countFailedCall(
  count: Count,
  whose: Whose,
  { endpoint, errcode, cause }: LoginTrouble,
): void {
  if (endpoint === undefined) return;
  count(whose, `e:${endpoint}:${countedAs(errcode ?? cause ?? 'other')}`);
}

/** What the outcome of a login counts as. */
export function endStep({ status, reason }: Settlement, trouble: LoginTrouble | undefined): CountedStep {
  if (status === 'failed') return `failed:${reason ?? 'internal'}`;
  if (status === 'reauthorize') return `again:${whyAgain(trouble)}`;
  return status;
}

/** Why a person is asked once more. `profile`: nothing went wrong, WeChat is asked for the nickname now (`base-first`). */
function whyAgain(trouble: LoginTrouble | undefined): string {
  if (trouble === undefined) return 'profile';
  const { errcode, endpoint, cause } = trouble;
  if (cause === 'code-expired') return 'expired';
  if (errcode === 40_163) return 'used';
  if (errcode !== undefined && errcodes.get(errcode)?.isCodeRefused) return 'invalid';
  if (endpoint !== undefined && endpoint !== 'token') return 'dead-token';
  if (errcode === -1 || cause === 'code-spent' || endpoint === 'token') return 'unknown-outcome';
  return cause ?? 'unknown-outcome';
}

/** Whole milliseconds of the steps that an operator compares. */
const compared = ['queue', 'token', 'userinfo', 'binding', 'settle'] as const;

/** Counts how a login ended and how long it took. */
export function countEnd(
  count: Count,
  whose: Whose,
  {
    settlement,
    trouble,
    timings,
    elapsedMs,
  }: {
    readonly settlement: Settlement;
    readonly trouble?: LoginTrouble | undefined;
    readonly timings: Readonly<Record<string, number>>;
    readonly elapsedMs: number;
  },
): void {
  count(whose, endStep(settlement, trouble));
  count(whose, durationStep('total', elapsedMs));
  for (const step of compared) {
    const ms = timings[step];
    if (ms !== undefined) count(whose, durationStep(step, ms));
  }
}
