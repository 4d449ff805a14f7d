import type { DoorLines } from '#ingress/admission/door-lines.ts';
import type { FindOldest, OldestLogin } from '#ingress/operate/oldest-login.ts';
import { createShare } from '#ingress/operate/share-look.ts';
import type { CapacityEntry } from '#models/account/reports.ts';

/** The oldest login is looked for no more often, whoever looks. */
const sharedForMs = 2_000;

export type Load = ReturnType<typeof createLoad>;

/** How much there is to do at this moment, and what it waits for. */
export function createLoad(deps: {
  waiting: () => number;
  liveWorkers: () => number;
  held: DoorLines['held'];
  findOldest: FindOldest;
  standings: () => readonly CapacityEntry[];
  /** ACCOUNT_CALLS_PER_MINUTE */
  callsPerMinute: number;
}) {
  const share = createShare<OldestLogin | undefined>(1);
  return {
    async look() {
      // A Redis that does not answer is told of elsewhere.
      const oldest = await share('', deps.findOldest, sharedForMs).catch(() => undefined);
      const { people, longestMs } = deps.held();
      return {
        waiting: deps.waiting(),
        live_workers: deps.liveWorkers(),
        /** In the lines that this ingress knows. */
        held: { people, wait_seconds: Math.ceil(longestMs / 1_000) },
        ...(oldest && { oldest }),
      };
    },
    /** Logins a minute that the account takes, as far as that is learned: each is one call of the token's door. */
    takesAMinute(appid: string): number {
      const learned = deps.standings().find(({ name }) => name === appid)?.perSecond;
      return Math.round(Math.min(deps.callsPerMinute, (learned ?? Number.POSITIVE_INFINITY) * 60));
    },
  };
}
