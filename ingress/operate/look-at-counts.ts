import { LRUCache } from 'lru-cache';
import type { Incidents } from '#ingress/operate/incidents.ts';
import { createShare } from '#ingress/operate/share-look.ts';
import type { WindowCounts, WindowName, Windows } from '#ingress/operate/windows.ts';
import type { Whose } from '#models/counts/sum-hours.ts';
import type { IncidentDocument } from '#models/documents/incident.ts';
import { within } from '#operations/deadline.ts';

/** All who look within it get the same counts. Those of hours come to MongoDB each half a minute, and a month of them is much. */
const sharedForMs = { '15m': 1_000, '24h': 5_000, '30d': 120_000 } as const satisfies Record<
  WindowName,
  number
>;
const mostRemembered = 200;
/** A store may hang; the page is not to wait for it longer than the door does. */
const answersWithinMs = { '15m': 1_500, '24h': 3_000, '30d': 3_000 } as const satisfies Record<
  WindowName,
  number
>;

/** What the stores have told. */
export type Known = {
  readonly counts: WindowCounts;
  /** Of the last quarter of an hour. */
  readonly recent: WindowCounts;
  readonly incidents: readonly IncidentDocument[];
  /** When the last one was over. */
  readonly goodSince: Date | undefined;
};
/** `staleSince`: since when a store tells nothing, ms; `known` is what was known before, if anything was. */
export type Looked =
  | { readonly known: Known; readonly staleSince: undefined }
  | { readonly known: Known | undefined; readonly staleSince: number };

/** Reads counts and incidents, once for all who look. A store that is away leaves what was known, with the time of it: never zeros. */
export function createLookAtCounts(deps: {
  windows: Pick<Windows, 'read'>;
  incidents: Pick<Incidents, 'open' | 'past'>;
  now: () => number;
}) {
  const { windows, incidents, now } = deps;
  const shareCounts = createShare<WindowCounts>(mostRemembered);
  const shareIncidents = createShare<Pick<Known, 'incidents' | 'goodSince'>>(1);
  const last = new LRUCache<string, { readonly known: Known | undefined; readonly at: number }>({
    max: mostRemembered,
  });

  async function lookForIncidents() {
    const [open, [latest]] = await Promise.all([incidents.open(), incidents.past(1)]);
    return { incidents: open, goodSince: latest?.until };
  }

  const keyOf = (window: WindowName, { entId = '', appid = '' }: Whose) => `${window} ${entId} ${appid}`;
  const counted = (window: WindowName, whose: Whose) =>
    shareCounts(keyOf(window, whose), () => windows.read(window, whose), sharedForMs[window]);

  return async function lookAtCounts(window: WindowName, whose: Whose): Promise<Looked> {
    const key = keyOf(window, whose);
    try {
      const [counts, recent, ofIncidents] = await within(
        answersWithinMs[window],
        Promise.all([
          counted(window, whose),
          // On the way are people of now, whatever time is looked at.
          counted('15m', whose),
          shareIncidents('', lookForIncidents, sharedForMs['15m']),
        ]),
      );
      const known = { counts, recent, ...ofIncidents };
      last.set(key, { known, at: now() });
      return { known, staleSince: undefined };
    } catch {
      const before = last.get(key) ?? { known: undefined, at: now() };
      last.set(key, before);
      return { known: before.known, staleSince: before.at };
    }
  };
}
