import type { CountCodes } from '#ingress/operate/codes-at-stake.ts';
import type { CapacityEntry } from '#models/account/reports.ts';
import type { PausedAccounts } from '#models/documents/paused-accounts.ts';
import { type LevelledPause, pauseStates } from '#models/documents/service-account.ts';

export type TellStandings = ReturnType<typeof createTellStandings>;

/** Accounts that are not simply open, as GET /operate/live tells them: what WeChat said of them, or their operator. */
export function createTellStandings(deps: {
  standings: () => readonly CapacityEntry[];
  paused: Pick<PausedAccounts, 'list'>;
  /** People in line before the door. */
  heldAt: (appid: string) => number;
  countCodes: CountCodes;
}) {
  const { standings, paused, heldAt, countCodes } = deps;

  async function tellPaused(appid: string, pause: LevelledPause) {
    const { level, by, at, reason, sentence, until } = pause;
    // A Redis that does not answer is told of elsewhere.
    const stake = level === 'calls' ? await countCodes(appid).catch(() => undefined) : undefined;
    return {
      appid,
      state: pauseStates[level],
      waiting: standings().find(({ name }) => name === appid)?.waiting ?? 0,
      held: heldAt(appid),
      ...(stake && { codes: stake.codes }),
      ...(stake?.lastDiesAt && { codes_die_by: new Date(stake.lastDiesAt).toISOString() }),
      since: at.toISOString(),
      by,
      ...(reason && { reason }),
      ...(sentence && { sentence }),
      ...(until && { until: until.toISOString() }),
    };
  }

  return async function tellStandings(only?: string) {
    const isAsked = (appid: string) => only === undefined || appid === only;
    const pauses = paused.list();
    const all = [...pauses].filter(([appid]) => isAsked(appid));
    const byOperator = await Promise.all(all.map(([appid, pause]) => tellPaused(appid, pause)));
    const byWeChat = standings()
      .filter(({ name }) => isAsked(name) && !pauses.has(name))
      .map(({ name, state, cause, waiting }) => ({ appid: name, state, ...(cause && { cause }), waiting }));
    return [...byOperator, ...byWeChat];
  };
}
