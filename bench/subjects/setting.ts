import type { Pids } from '#bench/cpu-time.ts';

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
  /** The link that begins a login. */
  readonly startPath: string;
  readonly pids: Pids;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

export const appid = 'wx0000000000000bench';
export const secret = 'bench-secret-of-the-service-account';
export const entId = 'bench';
export const hostUrl = 'https://host.example/landing';

/** The same server, another database. */
export function databaseUrl(mongoUrl: string, database: string): string {
  return mongoUrl.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*/, `$1/${database}`);
}
