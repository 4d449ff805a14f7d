import type { PipelineStage } from 'mongoose';
import { hourMs, type LoginHourModel, partMs } from '#models/counts/hours.ts';

/** All that a page waits for is asked for at the same time. */
const answersWithinMs = 3_000;

export type Whose = { readonly entId?: string | undefined; readonly appid?: string | undefined };
/** Which hours, ms since the epoch, and of whom. `until`: of no part that begins then or later; up to now where it is absent. */
export type HourRange = Whose & { readonly since: number; readonly until?: number };
export type SumOfStep = { readonly step: string; readonly n: number };
export type PlaceSums = { readonly id: string; readonly rows: readonly SumOfStep[] };
export type HourSums = ReturnType<typeof createHourSums>;

/**
 * Sums over hours, made by MongoDB: what comes back does not grow with the number of enterprises. Rejects when it takes longer than
 * three seconds, and with what else MongoDB throws.
 */
export function createHourSums(hours: LoginHourModel) {
  const run = <T>(stages: PipelineStage[]): Promise<T[]> =>
    hours.aggregate<T>(stages).option({ maxTimeMS: answersWithinMs });

  return {
    /** By time, in steps of `stepMs`, and step. */
    byTime: (range: HourRange, stepMs: number): Promise<(SumOfStep & { readonly from: number })[]> =>
      run([
        ...eachStep(range),
        {
          $group: {
            _id: { begins: roundDown('$begins', stepMs), step: '$counts.k' },
            n: { $sum: '$counts.v' },
          },
        },
        { $project: { _id: 0, from: { $toDouble: '$_id.begins' }, step: '$_id.step', n: 1 } },
      ]),

    /**
     * Of the enterprises, or accounts, of whom most failed (steps that fit `failure`), and then who are most: the first
     * `most`, with what else was counted of them but how long single steps took.
     */
    async byPlace(
      range: HourRange,
      { by, failure, most }: { by: 'entId' | 'appid'; failure: RegExp; most: number },
    ): Promise<PlaceSums[]> {
      const isFailure = { $regexMatch: { input: '$counts.k', regex: failure.source } };
      const worst = await run<{ readonly _id: string }>([
        ...eachStep(range),
        {
          $group: {
            _id: `$${by}`,
            failing: { $sum: { $cond: [isFailure, '$counts.v', 0] } },
            back: { $sum: { $cond: [{ $eq: ['$counts.k', 'back'] }, '$counts.v', 0] } },
          },
        },
        { $sort: { failing: -1, back: -1, _id: 1 } },
        { $limit: most },
      ]);
      const ids = worst.map(({ _id }) => _id);
      const sums = await run<SumOfStep & { readonly id: string }>([
        ...eachStep(range, { [by]: { $in: ids } }),
        { $match: { 'counts.k': { $regex: '^(?!d:)|^d:total:' } } },
        { $group: { _id: { id: `$${by}`, step: '$counts.k' }, n: { $sum: '$counts.v' } } },
        { $project: { _id: 0, id: '$_id.id', step: '$_id.step', n: 1 } },
      ]);
      const rows = Map.groupBy(sums, ({ id }) => id);
      return ids.map((id) => ({ id, rows: rows.get(id) ?? [] }));
    },
  };
}

/** A document for each count: `entId`, `appid`, `begins` (ms since the epoch), `counts` {k: step, v: n}. */
function eachStep({ since, until, entId, appid }: HourRange, more: object = {}): PipelineStage[] {
  const hour = {
    $gte: new Date(Math.floor(since / hourMs) * hourMs),
    ...(until !== undefined && { $lt: new Date(until) }),
  };
  const whose = { ...(entId !== undefined && { entId }), ...(appid !== undefined && { appid }) };
  const ms = { $add: [{ $toLong: '$hour' }, { $multiply: [{ $toInt: '$parts.k' }, partMs] }] };
  return [
    { $match: { hour, ...whose, ...more } },
    { $project: { entId: 1, appid: 1, hour: 1, parts: { $objectToArray: '$parts' } } },
    { $unwind: '$parts' },
    { $project: { entId: 1, appid: 1, begins: ms, counts: { $objectToArray: '$parts.v' } } },
    // A part that is not over yet at its begin belongs to the time, too.
    { $match: { begins: { $gt: since - partMs, ...(until !== undefined && { $lt: until }) } } },
    { $unwind: '$counts' },
  ];
}

const roundDown = (value: string, to: number) => ({ $subtract: [value, { $mod: [value, to] }] });
