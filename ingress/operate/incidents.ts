import mongoose from 'mongoose';
import { calmSince, goesOn, openedBy, worstOf } from '#ingress/operate/incident-course.ts';
import type { Trouble } from '#ingress/operate/troubles/trouble.ts';
import type { IncidentDocument, IncidentModel } from '#models/documents/incident.ts';
import { insertMany } from '#models/documents/mongo-command.ts';

/** What became of an incident, for whoever is told of it. `worse`: more people, or it matters more than was known. */
export type IncidentChange = {
  readonly what: 'open' | 'worse' | 'end';
  readonly incident: IncidentDocument;
};

const answersWithinMs = 2_000;
/** So long nobody must have seen it. */
const absentForMs = 8_000;
/** Whoever reads more at once reads none; what is left over comes when others are over. */
export const mostOpen = 500;

export type Incidents = ReturnType<typeof createIncidents>;

/**
 * The incidents on record. One process at a time keeps them (watch-lock.ts); all read them. Throws what MongoDB throws. One of
 * which calls come right for `calmMs` is over for whoever looks; that it is, is told when it is over indeed. What comes back
 * before goes on, and has to come right for twice as long.
 */
export function createIncidents(incidents: IncidentModel, { calmMs }: { calmMs: number }) {
  const unended = () =>
    incidents
      .find({ until: null })
      .sort({ since: 1 })
      // Two that watch at once, for a moment, may have made more.
      .limit(2 * mostOpen)
      .batchSize(2 * mostOpen)
      .maxTimeMS(answersWithinMs)
      .lean<IncidentDocument[]>();

  /** Those of them that another one has not opened at the same moment. */
  async function insert(opened: readonly IncidentDocument[]): Promise<readonly IncidentDocument[]> {
    if (opened.length === 0) return opened;
    const doubles = await insertMany(incidents, opened);
    return opened.filter((_, index) => !doubles.includes(index));
  }

  return {
    open: async () => (await unended()).filter((incident) => calmSince(incident) === undefined),

    /** Those that are over, the latest first. */
    async past(limit: number): Promise<IncidentDocument[]> {
      const [known, ended] = await Promise.all([
        unended(),
        incidents
          .find({ until: mongoose.trusted({ $ne: null }) })
          .sort({ until: -1 })
          .limit(limit)
          .maxTimeMS(answersWithinMs)
          .lean<IncidentDocument[]>(),
      ]);
      const calm = known.flatMap((one) => {
        const until = calmSince(one);
        return until === undefined ? [] : [{ ...one, until }];
      });
      return [...calm, ...ended].toSorted((a, b) => Number(b.until) - Number(a.until)).slice(0, limit);
    },

    /**
     * Puts on record what is found now, by three commands however much it is; answers what is new, worse or over. `now`: ms of
     * Redis's clock; `mayEnd`: whether this one could be seen now.
     */
    async keep(
      found: readonly Trouble[],
      now: number,
      mayEnd: (incident: IncidentDocument) => boolean = () => true,
    ): Promise<IncidentChange[]> {
      const known = new Map((await unended()).map((incident) => [incident.key, incident]));
      const [met, news] = [known.size, found.filter(({ key }) => !known.has(key))];
      const changes: IncidentChange[] = [];
      const writes: { _id: string; set: object }[] = [];
      for (const trouble of found) {
        const before = known.get(trouble.key);
        if (before === undefined) continue;
        known.delete(trouble.key);
        const { set, isWorse } = goesOn(before, trouble, { now, calmMs });
        writes.push({ _id: before._id, set });
        if (isWorse) changes.push({ what: 'worse', incident: { ...before, ...set } });
      }
      for (const before of known.values()) {
        // A look that saw it not is no end: a process that takes over, or workers that restart, know less for a moment.
        if (now - before.last.getTime() < absentForMs || !mayEnd(before)) continue;
        const until = calmSince(before) ?? new Date(now);
        writes.push({ _id: before._id, set: { until } });
        changes.push({ what: 'end', incident: { ...before, until } });
      }
      const opened = worstOf(news, mostOpen - met).map((trouble) => openedBy(trouble, now));
      changes.unshift(...(await insert(opened)).map((incident) => ({ what: 'open' as const, incident })));
      if (writes.length > 0)
        await incidents.bulkWrite(
          writes.map(({ _id, set }) => ({ updateOne: { filter: { _id }, update: { $set: set } } })),
          { ordered: false },
        );
      return changes;
    },

    /** False when there is no such incident, or it is over. */
    async acknowledge(id: string, by: string): Promise<boolean> {
      const { matchedCount } = await incidents.updateOne(
        { _id: id, until: null },
        { $set: { acknowledgedBy: by, acknowledgedAt: new Date() } },
      );
      return matchedCount === 1;
    },
  };
}
