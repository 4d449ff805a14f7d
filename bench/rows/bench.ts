import type { Summary } from '#bench/driver/summary.ts';
import type { Setting } from '#bench/subjects/setting.ts';
import type { WarmUp } from './warm-up.ts';

/** How much is measured. */
export type Size = {
  readonly rounds: number;
  readonly measureMs: number;
  /** For how long a burst's people arrive. */
  readonly burstMs: number;
  readonly warmUp: WarmUp;
  /** Of the settings of peer C so many are tried, for so long each. */
  readonly tunings: number;
  readonly tuneMs: number;
  /** Before each turn of a subject that is warm: connections and caches are to be as in the middle of a run. */
  readonly pipesFull: { readonly count: number; readonly ms: number };
  /** Things the ceilings and the callbacks are measured with. */
  readonly count: number;
  readonly pages: number;
  readonly depths: readonly number[];
  /** Worked off in front of them, after as many that warm the processes up. */
  readonly depthLogins: number;
  readonly bindings: readonly number[];
  /** Bindings of an enterprise whose host exports them. */
  readonly exported: readonly number[];
  /** Ends of logins in the history. */
  readonly history: readonly number[];
};

export type Bench = {
  readonly setting: Setting;
  readonly size: Size;
  /** Of the login rows: which subjects take turns. */
  readonly subjects: readonly string[];
  readonly say: (line: string) => void;
};

/** One line of the table: a subject under a load. Latencies in ms; `cpu` in µs for each unit and process. */
export type Row = {
  readonly row: string;
  readonly subject: string;
  readonly rate: number;
  readonly failures: number;
  readonly firstFailure?: string;
  /** Answers of 503. */
  readonly turnedAway?: number;
  /** The part whose callback led straight to the host. */
  readonly directShare?: number;
  readonly callbackToHost?: Summary;
  readonly callback?: Summary;
  /** The callback's answer of those whom it led to a waiting page. */
  readonly callbackToPage?: Summary;
  /** Of `cpu` what the subject and the stores it uses take together. */
  readonly own?: number;
  readonly cpu: Readonly<Record<string, number>>;
};

export type Table = {
  readonly title: string;
  readonly columns: readonly string[];
  readonly lines: readonly (readonly (string | number)[])[];
};

export type Findings = {
  readonly rows?: readonly Row[];
  /** Each round of the login rows; of a row and a subject in the order they were measured in, so that the n-th of two are a pair. */
  readonly rounds?: readonly Row[];
  readonly tables?: readonly Table[];
  /** Single numbers that the ratios are made of. */
  readonly facts?: Readonly<Record<string, number>>;
};

/** Some rows that are measured together, by their names on the command line. */
export type RowGroup = {
  readonly names: readonly string[];
  readonly measure: (bench: Bench, wanted: ReadonlySet<string>) => Promise<Findings>;
};
