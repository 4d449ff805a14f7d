import type { ConditionName, Severity } from '#ingress/operate/conditions.ts';
import type { LastCalls } from '#models/counts/last-calls.ts';
import type { MinuteCounts } from '#models/counts/minutes.ts';

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
