import { type Connection, Schema } from 'mongoose';
import { failureReasons, loginStatuses } from '#models/login-status.ts';

export const historyLifetimeDays = 30;

/** One end of one login, for audit. A login that was authorised again has one entry for each round. */
export type LoginHistoryDocument = {
  /** `<login id>:<number of the code>`: a repeated job writes the same entry. */
  readonly _id: string;
  readonly entId: string;
  readonly appid: string;
  readonly outcome: string;
  readonly reason?: string;
  /** Digest of appid and openid: enough to find a known person's logins, useless for finding the person. */
  readonly openidDigest?: string;
  readonly created?: boolean;
  /** Milliseconds each step took; `total` runs from the callback. */
  readonly timings: Record<string, number>;
  readonly at: Date;
};

const schema = new Schema(
  {
    _id: { type: String, required: true },
    entId: { type: String, required: true },
    appid: { type: String, required: true },
    outcome: { type: String, enum: loginStatuses, required: true },
    reason: { type: String, enum: failureReasons },
    openidDigest: { type: String },
    created: { type: Boolean },
    timings: { type: Schema.Types.Mixed, required: true },
    at: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'login_history' },
);
schema.index({ at: 1 }, { expireAfterSeconds: historyLifetimeDays * 86_400 });
schema.index({ entId: 1, at: -1 });
schema.index({ openidDigest: 1, at: -1 }, { sparse: true });

export type LoginHistoryModel = ReturnType<typeof createLoginHistoryModel>;

export function createLoginHistoryModel(connection: Connection) {
  return connection.model<LoginHistoryDocument>('LoginHistory', schema);
}
