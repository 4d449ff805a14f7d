import { type Connection, Schema } from 'mongoose';

export const incidentsKeptDays = 90;

/** Something that was, or is, the matter: see ingress/operate/conditions.ts. */
export type IncidentDocument = {
  readonly _id: string;
  /** What is the matter with whom; at most one of a key is open. */
  readonly key: string;
  readonly condition: string;
  /** See ingress/operate/conditions.ts; that of its condition where it is absent. It gets worse, never better. */
  readonly severity?: string;
  readonly appid?: string;
  readonly entIds: readonly string[];
  readonly errcode?: number;
  /** Our own addresses that WeChat said are not on the account's IP list; at most sixteen. */
  readonly addresses?: readonly string[];
  readonly cause: string;
  readonly since: Date;
  /** When it was seen last. */
  readonly last: Date;
  /** Absent while it is open. */
  readonly until?: Date;
  /**
   * Its calls come right since then, as `seenAt`, which is `last`, knew: it is over unless it comes back soon, when it goes on. A
   * process of an old release takes it for open.
   */
  readonly calm?: { readonly since: Date; readonly seenAt: Date } | null;
  /** So often it came back after that. */
  readonly relapses?: number;
  readonly people: number;
  /** As many as were told of last. */
  readonly toldPeople: number;
  readonly acknowledgedBy?: string;
  readonly acknowledgedAt?: Date;
};

const schema = new Schema(
  {
    _id: { type: String, required: true },
    key: { type: String, required: true },
    condition: { type: String, required: true },
    severity: { type: String },
    appid: { type: String },
    entIds: { type: [String], required: true },
    errcode: { type: Number },
    // Without it there is none.
    addresses: { type: [String], default: undefined },
    cause: { type: String, required: true },
    since: { type: Date, required: true },
    last: { type: Date, required: true },
    until: { type: Date },
    calm: { type: Schema.Types.Mixed },
    relapses: { type: Number },
    people: { type: Number, required: true },
    toldPeople: { type: Number, required: true },
    acknowledgedBy: { type: String },
    acknowledgedAt: { type: Date },
  },
  { strict: 'throw', versionKey: false, collection: 'incidents' },
);
schema.index({ last: 1 }, { expireAfterSeconds: incidentsKeptDays * 86_400 });
schema.index({ until: 1, since: -1 });
// Two that watch for a moment, when one takes over from the other, open it once.
schema.index({ key: 1 }, { unique: true, partialFilterExpression: { until: null }, name: 'open_of_key' });

export type IncidentModel = ReturnType<typeof createIncidentModel>;

export function createIncidentModel(connection: Connection) {
  return connection.model<IncidentDocument>('Incident', schema);
}
