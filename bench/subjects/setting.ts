import type { Pids } from '#bench/cpu-time.ts';
import type { Table } from '#bench/rows/bench.ts';

/** What every subject is measured against. */
export type Setting = {
  readonly redisUrl: string;
  readonly mongoUrl: string;
  readonly simulatorUrl: string;
  /** Of the simulator and the stores, where they run on this machine. */
  readonly pids: Pids;
};

/** A program under measurement, running. */
export type Subject = {
  readonly name: string;
  readonly origin: string;
  /** The links that begin a login. */
  readonly startPaths: readonly string[];
  readonly pids: Pids;
  /** Which of the setting's processes it uses, by their names: their CPU time is part of what its logins cost. */
  readonly stores: readonly string[];
  /** For a subject that would keep a store busy while it is not its turn. */
  readonly rest?: () => void;
  readonly wake?: () => void;
  /** How it came to be as it is. */
  readonly tables?: readonly Table[];
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** What a login costs its operator: µs, of the subject's own processes and the stores it uses. */
export function ownCpu({ pids, stores }: Subject, cpu: Readonly<Record<string, number>>): number {
  return [...Object.keys(pids), ...stores].reduce((sum, name) => sum + (cpu[name] ?? 0), 0);
}

export type Account = { readonly appid: string; readonly entId: string };

export const secret = 'bench-secret-of-the-service-account';
export const appid = 'wx0000000000000bench';
export const entId = 'bench';
export const oneAccount: Account = { appid, entId };
export const hostUrl = 'https://host.example/landing';

/** The same server, another database. */
export function databaseUrl(mongoUrl: string, database: string): string {
  return mongoUrl.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*/, `$1/${database}`);
}
