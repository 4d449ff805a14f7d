import { defineScript, readScript } from '#connections/lua-script.ts';
import type { RedisClient } from '#connections/redis-client.ts';

/** Redis serves nobody else while it looks them up: less than a millisecond. */
const mostAtOnce = 200;
/** Of ours that WeChat refused: of one sending, of one account, and of one incident (ingress/operate/incident-course.ts). */
export const mostAddresses = 16;

/** How the calls of one kind for an account ended since this was taken last. All times by performance.now(). */
export type CallNote = {
  readonly appid: string;
  readonly endpoint: string;
  /** When each answer that was not ok came last. */
  readonly failed: ReadonlyMap<string, number>;
  /** The first call that came right after the last one that did not, and the last of all. */
  readonly good?: { readonly first: number; readonly last: number } | undefined;
  /** Of ours, that WeChat refused. */
  readonly addresses?: readonly string[];
};

/** Of an account whose calls failed. All times in ms of Redis's clock. */
export type LastCalls = {
  /** By `endpoint|said`. `goodAt`: the first call that came right after it, if one did. */
  readonly ends: ReadonlyMap<string, { readonly failedAt: number; readonly goodAt?: number }>;
  /** Our own addresses that WeChat refused, and when it did so last: the latest {@link mostAddresses}. */
  readonly addresses: ReadonlyMap<string, number>;
};

/** What this process saw of calls and nobody took yet: a few tenths of a microsecond for a call, and it waits for nobody. */
export function createCallNotes(now: () => number = () => performance.now()) {
  type Ends = {
    failed: Map<string, number>;
    good: { first: number; last: number } | undefined;
    addresses: string[];
  };
  let accounts = new Map<string, Map<string, Ends>>();

  function endsOf(appid: string, endpoint: string): Ends {
    const known = accounts.get(appid)?.get(endpoint);
    if (known !== undefined) return known;
    const ends: Ends = { failed: new Map(), good: undefined, addresses: [] };
    accounts.set(appid, (accounts.get(appid) ?? new Map<string, Ends>()).set(endpoint, ends));
    return ends;
  }

  return {
    /** `said`: `ok`, or an errcode or word as in the step of models/counts/steps.ts. */
    note(appid: string, endpoint: string, said: string, address?: string): void {
      const ends = endsOf(appid, endpoint);
      const at = now();
      if (address !== undefined && !ends.addresses.includes(address) && ends.addresses.length < mostAddresses)
        ends.addresses.push(address);
      if (said !== 'ok') {
        ends.failed.set(said, at);
        ends.good = undefined;
      } else if (ends.good === undefined) ends.good = { first: at, last: at };
      else ends.good.last = at;
    },
    take(): CallNote[] {
      const taken = [...accounts].flatMap(([appid, ofAccount]) =>
        [...ofAccount].map(([endpoint, ends]) => ({ appid, endpoint, ...ends })),
      );
      accounts = new Map();
      return taken;
    },
  };
}

/** As scripts/add.lua takes them: how long ago everything was. */
export function toldOf(calls: readonly CallNote[], now: number): string {
  const ago = (at: number) => Math.max(0, Math.round(now - at));
  const told = calls.map(({ appid, endpoint, failed, good, addresses = [] }) => ({
    ...{ appid, endpoint },
    failed: Object.fromEntries(Array.from(failed, ([said, at]) => [said, ago(at)])),
    ...(good && { good: [ago(good.first), ago(good.last)] }),
    ...(addresses.length > 0 && { addresses }),
  }));
  return JSON.stringify(told);
}

/** What all processes saw of the calls of these accounts, where one failed in the last hours. Throws what Redis throws. */
export function createReadLastCalls(redis: RedisClient, place: string) {
  const script = defineScript(
    redis,
    'counts:calls',
    readScript(new URL('scripts/last-calls.lua', import.meta.url)),
  );
  return async (appids: readonly string[]): Promise<Map<string, LastCalls>> => {
    const parts = Array.from({ length: Math.ceil(appids.length / mostAtOnce) }, (_, n) =>
      appids.slice(n * mostAtOnce, (n + 1) * mostAtOnce),
    );
    const replies = await Promise.all(
      parts.map((part) => script({ place }, { appids: JSON.stringify(part) }) as Promise<string[][]>),
    );
    return new Map(replies.flat().map((reply, n) => [appids[n] ?? '', lastCallsOf(reply)]));
  };
}

/** A hash's fields and values in turn. */
function lastCallsOf(reply: readonly string[]): LastCalls {
  const ofKind: Record<string, Map<string, number>> = {
    failed: new Map(),
    good: new Map(),
    address: new Map(),
  };
  for (let n = 0; n < reply.length; n += 2) {
    const [kind = '', ...name] = (reply[n] ?? '').split('|');
    ofKind[kind]?.set(name.join('|'), Number(reply[n + 1]));
  }
  const { failed = new Map(), good, address: addresses = new Map() } = ofKind;
  const ends = Array.from(failed, ([name, failedAt]) => {
    const goodAt = good?.get(name);
    return [name, { failedAt, ...(goodAt !== undefined && { goodAt }) }] as const;
  });
  return { ends: new Map(ends), addresses };
}
