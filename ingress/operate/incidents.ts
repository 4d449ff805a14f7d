import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import type { Trouble } from '#ingress/operate/find-troubles.ts';
import type { IncidentDocument, IncidentModel } from '#models/documents/incident.ts';

/** What became of an incident, for whoever is told of it. */
export type IncidentChange = {
  readonly what: 'open' | 'worse' | 'end';
  readonly incident: IncidentDocument;
};

/** It is told again when so many times more people are in it. */
const worseBy = 4;
const answersWithinMs = 2_000;
/** So long nobody must have seen it. */
const absentForMs = 8_000;

export type Incidents = ReturnType<typeof createIncidents>;

/** The incidents on record. One process at a time keeps them (watch-lock.ts); all read them. Throws what MongoDB throws. */
export function createIncidents(incidents: IncidentModel) {
  const open = () =>
    incidents.find({ until: null }).sort({ since: 1 }).maxTimeMS(answersWithinMs).lean<IncidentDocument[]>();

  return {
    open,

    /** Those that are over, the latest first. */
    past: (limit: number) =>
      incidents
        .find({ until: mongoose.trusted({ $ne: null }) })
        .sort({ until: -1 })
        .limit(limit)
        .maxTimeMS(answersWithinMs)
        .lean<IncidentDocument[]>(),

    /**
     * Puts on record what is found now; answers what is new, worse or over. `now`: ms of Redis's clock; `mayEnd`: whether this
     * one could be seen now.
     */
    async keep(
      found: readonly Trouble[],
      now: number,
      mayEnd: (incident: IncidentDocument) => boolean = () => true,
    ): Promise<IncidentChange[]> {
      const known = new Map((await open()).map((incident) => [incident.key, incident]));
      const changes: IncidentChange[] = [];
      for (const trouble of found) {
        const before = known.get(trouble.key);
        known.delete(trouble.key);
        if (before === undefined) {
          const incident = openedBy(trouble, now);
          await incidents.create([incident]);
          changes.push({ what: 'open', incident });
          continue;
        }
        const people = Math.max(before.people, trouble.people);
        const entIds = [...new Set([...before.entIds, ...trouble.entIds])].toSorted();
        const isWorse = people >= before.toldPeople * worseBy;
        const news = { people, entIds, last: new Date(now), ...(isWorse && { toldPeople: people }) };
        await incidents.updateOne({ _id: before._id }, { $set: news });
        if (isWorse) changes.push({ what: 'worse', incident: { ...before, ...news } });
      }
      for (const before of known.values()) {
        // A look that saw it not is no end: a process that takes over, or workers that restart, know less for a moment.
        if (now - before.last.getTime() < absentForMs || !mayEnd(before)) continue;
        const incident = { ...before, until: new Date(now) };
        await incidents.updateOne({ _id: before._id }, { $set: { until: incident.until } });
        changes.push({ what: 'end', incident });
      }
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

function openedBy({ since, people, entIds, ...trouble }: Trouble, now: number): IncidentDocument {
  return {
    _id: randomUUID(),
    ...trouble,
    entIds: [...entIds],
    people,
    toldPeople: people,
    since: new Date(since),
    last: new Date(now),
  };
}
