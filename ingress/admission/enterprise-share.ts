/** Shares are judged over the last five to ten seconds. */
const windowMs = 5_000;
/** More than this many in a window is a burst. */
const burstSize = 50;
/** Fewer than this is nobody's flood. */
const alwaysLight = 20;

export type Traffic = ReturnType<typeof createTraffic>;

/** Who makes this process's traffic: tells an enterprise in the middle of a broadcast from one whose people come singly. */
export function createTraffic({ now = () => performance.now() }: { now?: () => number } = {}) {
  let current = new Map<string, number>();
  let previous = new Map<string, number>();
  let total = { current: 0, previous: 0 };
  let until = now() + windowMs;

  function turn() {
    if (now() < until) return;
    const isRecent = now() < until + windowMs;
    previous = isRecent ? current : new Map();
    total = { current: 0, previous: isRecent ? total.current : 0 };
    current = new Map();
    until = now() + windowMs;
  }

  return {
    /** More than a few logins a second. */
    isBurst(): boolean {
      turn();
      return total.current + total.previous > burstSize;
    },
    /** True when one enterprise alone makes the traffic. */
    isLone(): boolean {
      turn();
      return Math.max(current.size, previous.size) <= 1;
    },
    note(entId: string): void {
      turn();
      current.set(entId, (current.get(entId) ?? 0) + 1);
      total.current += 1;
    },
    /** True for an enterprise that takes more than half of an equal share. */
    isHeavy(entId: string): boolean {
      turn();
      const own = (current.get(entId) ?? 0) + (previous.get(entId) ?? 0);
      const enterprises = Math.max(current.size, previous.size, 1);
      return own > alwaysLight && own > (total.current + total.previous) / enterprises / 2;
    },
  };
}
