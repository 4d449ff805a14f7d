import type { Backlog } from '#ingress/backlog.ts';
import type { Traffic } from '#ingress/traffic.ts';
import { shardOf } from '#models/login-moves.ts';

/** With fewer waiting jobs everybody is served at once, and the cheaper plain order will do. */
const worthSorting = 10;

export type Lanes = ReturnType<typeof createLanes>;

/** Which jobs let others go first: those of an enterprise in the middle of a broadcast, while there is a backlog. */
export function createLanes({ backlog, traffic }: { backlog: Backlog; traffic: Traffic }) {
  return {
    isBurst: () => traffic.isBurst(),
    isHeavy(login: string, entId: string): boolean {
      traffic.note(entId);
      if (traffic.isLone()) return false;
      return backlog.of(shardOf(login)).waiting > worthSorting && traffic.isHeavy(entId);
    },
  };
}
