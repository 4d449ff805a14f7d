import type { Backlog } from '#ingress/admission/backlog.ts';
import type { Traffic } from '#ingress/admission/enterprise-share.ts';
import { shardOf } from '#models/login/store.ts';

/** With fewer waiting logins a guest who comes into a lone broadcast is served at once anyway, and the plain order is cheaper. */
const worthSorting = 100;

export type Lanes = ReturnType<typeof createLanes>;

/**
 * Which jobs let others go first: those of an enterprise in the middle of a broadcast, as soon as others are there, and
 * before they come where it has a backlog of its own.
 */
export function createLanes({ backlog, traffic }: { backlog: Backlog; traffic: Traffic }) {
  /** Without counting this login as one more of its enterprise's. */
  function isHeavyNow(login: string, entId: string): boolean {
    if (!traffic.isHeavy(entId)) return false;
    return !traffic.isLone() || backlog.of(shardOf(login)).waiting > worthSorting;
  }

  return {
    isBurst: () => traffic.isBurst(),
    isHeavy(login: string, entId: string): boolean {
      traffic.note(entId);
      return isHeavyNow(login, entId);
    },
    isHeavyNow,
  };
}
