import { type Connection, Schema } from 'mongoose';

export const broadcastsKeptDays = 400;

/** A message that an enterprise sends to many people, who then log in: as it was planned, and when it was declared over. */
export type BroadcastDocument = {
  readonly _id: string;
  readonly entId: string;
  readonly appid: string;
  readonly people: number;
  readonly beginsAt: Date;
  readonly minutes: number;
  /** Logins a minute that the account was thought to take. */
  readonly perMinute: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly endedAt?: Date | null;
};

const schema = new Schema(
  {
    _id: { type: String, required: true },
    entId: { type: String, required: true },
    appid: { type: String, required: true },
    people: { type: Number, required: true },
    beginsAt: { type: Date, required: true },
    minutes: { type: Number, required: true },
    perMinute: { type: Number, required: true },
    createdBy: { type: String, required: true },
    createdAt: { type: Date, required: true },
    endedAt: { type: Date },
  },
  { strict: 'throw', versionKey: false, collection: 'broadcasts' },
);
schema.index({ createdAt: 1 }, { expireAfterSeconds: broadcastsKeptDays * 86_400 });
schema.index({ beginsAt: -1 });

export type BroadcastModel = ReturnType<typeof createBroadcastModel>;

export function createBroadcastModel(connection: Connection) {
  return connection.model<BroadcastDocument>('Broadcast', schema);
}
