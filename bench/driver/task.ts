import type { Pids } from '#bench/cpu-time.ts';

/**
 * What one unit of the load is. `logins`: from the link to the host. `requests`: one GET of a path. `callbacks`: the callback
 * alone, of a login that was begun and authorised beforehand. `calls`: the two calls to WeChat, of a code minted beforehand.
 * `whole-calls`: minting the code is measured too.
 */
export type LoadKind = 'logins' | 'requests' | 'callbacks' | 'calls' | 'whole-calls';

/**
 * Clients that begin again the moment they are done, or arrivals a second whatever became of those before. A burst is so many
 * a second for the measured time and then no more; it is measured until the last of them is done.
 */
export type Load = { readonly clients: number } | { readonly rate: number } | { readonly burst: number };

/** One measurement. The driver reads the CPU times itself, at the very ends of the measured time. */
export type DriverTask = {
  readonly kind: LoadKind;
  /** The first is the public one; more are other processes of the same service, taken in turn. */
  readonly origins: readonly string[];
  /** Of `logins`: the links of several enterprises, taken in turn. */
  readonly paths: readonly string[];
  readonly simulator: string;
  readonly load: Load;
  /** Over when so many are done, or so much time is gone. */
  readonly warmUp: { readonly count: number; readonly ms: number };
  readonly measureMs: number;
  /** Ends earlier when so many were begun, warm-up and all. What is prepared beforehand is prepared so many times. */
  readonly most?: number;
  /** Share of the logins whose person never came before. */
  readonly newShare: number;
  readonly knownPeople: number;
  readonly pids: Pids;
};
