import type { CrowdPlan } from './crowd/journal.ts';
import type { Bounds } from './referee/verdict.ts';
import type { World } from './world/start-world.ts';
import type { Topology } from './world/stores.ts';

/** What a fault gets to work with while people log in. */
export type Run = {
  readonly world: World;
  /** Seeded: the same seed strikes in the same order. */
  readonly random: () => number;
  /** Who are to log in. */
  readonly people: number;
  readonly progress: { readonly ended: number; readonly ready: number; readonly share: number };
  /** Aborted when everybody has ended. */
  readonly isOver: AbortSignal;
  /** Resolves after `ms`, or when the run is over. */
  pause(ms: number): Promise<void>;
  /** Resolves when this share of the people (0 to 1) has ended. */
  until(share: number): Promise<void>;
  /** Goes into the result beside the verdict. */
  note(line: string): void;
};

export type Fault = (run: Run) => Promise<void>;

export type Scenario = {
  readonly name: string;
  /** What happens, for the table. */
  readonly title: string;
  readonly logins: number;
  /** So many times what a calm run showed to be the capacity come, instead of `logins`. */
  readonly timesCapacity?: number;
  /** Run before this one; the bounds compare with it. `saturated`: as much as the service can do. `same`: these people, no fault. */
  readonly calm?: 'saturated' | 'same';
  /** The people come evenly spread over this time. */
  readonly overMs: number;
  /** With fewer logins than above, keep the rate and shorten the time instead. */
  readonly keepsRate?: boolean;
  readonly topology?: Topology;
  readonly service?: {
    readonly ingresses?: number;
    readonly workers?: number;
    readonly enterprises?: number;
    readonly sharesAccount?: boolean;
    readonly env?: Record<string, string>;
    readonly workerEnv?: Record<string, string>;
    /** Of the first worker alone. */
    readonly oneWorkerEnv?: Record<string, string>;
  };
  /** Of the simulated WeChat, on top of its 100±50 ms. */
  readonly behaviour?: object;
  readonly roles?: CrowdPlan['roles'];
  readonly patienceMs?: number;
  readonly afterMs?: number;
  readonly doorsCloseMs?: number;
  /** A second crowd, at the second enterprise. */
  readonly second?: Pick<CrowdPlan, 'logins' | 'overMs'> & Partial<Pick<CrowdPlan, 'roles'>>;
  readonly inject?: Fault;
  readonly bounds?: Bounds;
};
