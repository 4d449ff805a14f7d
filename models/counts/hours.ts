import { type Connection, Schema } from 'mongoose';
import type { CountedStep } from '#models/counts/steps.ts';

export const hoursKeptDays = 35;
export const hourMs = 60 * 60_000;
/** An hour has six parts. */
export const partMs = 10 * 60_000;

/** What was counted in one hour of one enterprise at one account. */
export type LoginHourDocument = {
  /** `<hour, ms since the epoch>|<ent_id>|<appid>`. */
  readonly _id: string;
  readonly hour: Date;
  readonly entId: string;
  readonly appid: string;
  /** By part of the hour (0 to 5) and step. */
  readonly parts: Readonly<Record<string, Readonly<Partial<Record<CountedStep, number>>>>>;
};

const schema = new Schema(
  {
    _id: { type: String, required: true },
    hour: { type: Date, required: true },
    entId: { type: String, required: true },
    appid: { type: String, required: true },
    parts: { type: Schema.Types.Mixed, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'login_hours' },
);
schema.index({ hour: 1 }, { expireAfterSeconds: hoursKeptDays * 86_400 });
schema.index({ entId: 1, hour: -1 });

export type LoginHourModel = ReturnType<typeof createLoginHourModel>;

export function createLoginHourModel(connection: Connection) {
  return connection.model<LoginHourDocument>('LoginHour', schema);
}

/**
 * Adds counts (by fieldOf) to the hour of `at`, ms since the epoch. Answers those that MongoDB did not take. Throws what it
 * throws where nothing is known of any.
 */
export async function addToHour(
  hours: LoginHourModel,
  counts: ReadonlyMap<string, number>,
  at: number,
): Promise<ReadonlyMap<string, number>> {
  const hour = Math.floor(at / hourMs) * hourMs;
  const part = Math.floor((at - hour) / partMs);
  const added = new Map<string, { entId: string; appid: string; by: Record<string, number> }>();
  function add(entId: string, appid: string, step: string, n: number): void {
    const id = `${hour}|${entId}|${appid}`;
    const one = added.get(id) ?? { entId, appid, by: {} };
    const path = `parts.${part}.${step}`;
    one.by[path] = (one.by[path] ?? 0) + n;
    added.set(id, one);
  }
  for (const [field, n] of counts) {
    const [entId = '', appid = '', step = ''] = field.split('|');
    add(entId, appid, step, n);
  }
  if (added.size === 0) return new Map();
  const ids = [...added.keys()];
  const updates = [...added].map(([_id, { entId, appid, by }]) => ({
    updateOne: {
      filter: { _id },
      update: { $setOnInsert: { hour: new Date(hour), entId, appid }, $inc: by },
      upsert: true,
    },
  }));
  const options = { ordered: false, writeConcern: { w: 1, j: false }, strict: false } as const;
  try {
    await hours.bulkWrite(updates, options);
    return new Map();
  } catch (error) {
    const refused = (error as { writeErrors?: readonly { readonly index: number }[] }).writeErrors ?? [];
    if (refused.length === 0) throw error;
    const missing = new Set(refused.map(({ index }) => ids[index]));
    return new Map(
      [...counts].filter(([field]) => missing.has(`${hour}|${field.slice(0, field.lastIndexOf('|'))}`)),
    );
  }
}
