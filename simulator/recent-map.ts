/**
 * A Map that remembers at least the newest `capacity` entries and forgets in whole generations. Load runs mint millions
 * of codes and tokens; dropping them one by one makes a Map scan its own holes, and an LRU allocates its full size up front.
 */
export function createRecentMap<Value>(capacity: number) {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  return {
    get: (key: string): Value | undefined => young.get(key) ?? old.get(key),
    set(key: string, value: Value): void {
      if (young.size >= capacity) {
        old = young;
        young = new Map();
      }
      young.set(key, value);
    },
  };
}

export type RecentMap<Value> = ReturnType<typeof createRecentMap<Value>>;
