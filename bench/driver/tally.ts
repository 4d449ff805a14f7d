import type { LoginTimes } from './log-in.ts';
import { type Summary, summarise } from './summary.ts';

export type Tallied = {
  readonly failures: number;
  readonly firstFailure: string | undefined;
  /** Answers of 503. */
  readonly turnedAway: number;
  /** Of those done, the part whose callback led straight to the host. */
  readonly directShare: number;
  readonly callbackToHost: Summary;
  readonly callback: Summary;
  /** The callback's answer of those that it led to a waiting page. */
  readonly callbackToPage: Summary;
};

/** Collects what became of each login. */
export function createTally() {
  const series = { callbackToHost: [] as number[], callback: [] as number[], callbackToPage: [] as number[] };
  let turnedAway = 0;
  let direct = 0;
  let failures = 0;
  let firstFailure: string | undefined;

  return {
    /** `scheduled`: when it should have begun. What the driver itself began late is not to look fast. */
    done(times: LoginTimes, scheduled: number | undefined): void {
      const late = scheduled === undefined ? 0 : times.begun - scheduled;
      const answered = times.callbackAnswered - times.calledBack + late;
      series.callbackToHost.push(times.done - times.calledBack + late);
      series.callback.push(answered);
      if (times.isDirect) direct += 1;
      else series.callbackToPage.push(answered);
      turnedAway += times.turnedAway;
    },
    failed(reason: unknown): void {
      failures += 1;
      firstFailure ??= String(reason);
    },
    /** Counts with the time it has waited. */
    unserved(scheduled: number, patienceMs: number): void {
      this.failed(`not served within ${patienceMs / 1_000} s`);
      series.callbackToHost.push(performance.now() - scheduled);
      series.callback.push(performance.now() - scheduled);
    },
    get failures() {
      return failures;
    },
    get result(): Tallied {
      return {
        failures,
        firstFailure,
        turnedAway,
        directShare: direct / Math.max(series.callback.length, 1),
        callbackToHost: summarise(series.callbackToHost),
        callback: summarise(series.callback),
        callbackToPage: summarise(series.callbackToPage),
      };
    },
  };
}

export type Tally = ReturnType<typeof createTally>;
