import type { Summary } from '#bench/driver/summary.ts';
import type { Setting } from '#bench/subjects/setting.ts';

/** How much is measured. */
export type Size = {
  readonly rounds: number;
  readonly measureMs: number;
  readonly warmUp: { readonly count: number; readonly ms: number };
  /** Things the ceilings and the callbacks are measured with. */
  readonly count: number;
  readonly pages: number;
  readonly depths: readonly number[];
  readonly bindings: readonly number[];
};

export type Bench = {
  readonly setting: Setting;
  readonly size: Size;
  readonly say: (line: string) => void;
};

/** One line of the table: a subject under a load. Latencies in ms; `cpu` in µs for each unit and process. */
export type Row = {
  readonly row: string;
  readonly subject: string;
  readonly rate: number;
  readonly failures: number;
  readonly firstFailure?: string;
  readonly callbackToReady?: Summary;
  readonly callback?: Summary;
  readonly cpu: Readonly<Record<string, number>>;
};

export type Table = {
  readonly title: string;
  readonly columns: readonly string[];
  readonly lines: readonly (readonly (string | number)[])[];
};

export type Findings = {
  readonly rows?: readonly Row[];
  readonly tables?: readonly Table[];
  /** Single numbers that the ratios are made of. */
  readonly facts?: Readonly<Record<string, number>>;
};

/** Some rows that are measured together, by their names on the command line. */
export type RowGroup = {
  readonly names: readonly string[];
  readonly measure: (bench: Bench, wanted: ReadonlySet<string>) => Promise<Findings>;
};
