import { hash } from 'node:crypto';
import { type Connection, Schema } from 'mongoose';
import { endStatuses, failureReasons } from '#models/login/status.ts';
import { type LoginTrouble, troubleCauses, wechatEndpoints } from '#models/login/trouble.ts';
import type { Sealer } from '#models/sealing.ts';

export const historyLifetimeDays = 30;

/** One end of one login, for audit. A login that was authorised again has one entry for each round. */
export type LoginHistoryDocument = LoginTrouble & {
  /** `<login id>:<number of the code>`: a repeated job writes the same entry. */
  readonly _id: string;
  readonly entId: string;
  readonly appid: string;
  readonly outcome: string;
  readonly reason?: string;
  /** Digest of appid and openid: enough to find a known person's logins, useless for finding the person. */
  readonly openidDigest?: string;
  readonly created?: boolean;
  /** Rounds that this login lost before. */
  readonly rounds?: number;
  readonly begunAt?: Date;
  /** Milliseconds each step took; `total` runs from the callback. */
  readonly timings: Record<string, number>;
  readonly at: Date;
};

const schema = new Schema(
  {
    _id: { type: String, required: true },
    entId: { type: String, required: true },
    appid: { type: String, required: true },
    outcome: { type: String, enum: endStatuses, required: true },
    reason: { type: String, enum: failureReasons },
    errcode: { type: Number },
    endpoint: { type: String, enum: wechatEndpoints },
    cause: { type: String, enum: troubleCauses },
    openidDigest: { type: String },
    created: { type: Boolean },
    rounds: { type: Number },
    begunAt: { type: Date },
    timings: { type: Schema.Types.Mixed, required: true },
    at: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'login_history' },
);
schema.index({ at: 1 }, { expireAfterSeconds: historyLifetimeDays * 86_400 });
schema.index({ entId: 1, at: -1 });
schema.index({ openidDigest: 1, at: -1 }, { sparse: true });
// Of those that failed alone: among a million that got in, the last fifty are not looked for, and a login that gets in pays nothing.
schema.index(
  { entId: 1, at: -1 },
  { name: 'failed_of_enterprise', partialFilterExpression: { outcome: 'failed' } },
);
schema.index(
  { appid: 1, at: -1 },
  { name: 'failed_of_account', partialFilterExpression: { outcome: 'failed' } },
);

export type LoginHistoryModel = ReturnType<typeof createLoginHistoryModel>;

export function createLoginHistoryModel(connection: Connection) {
  return connection.model<LoginHistoryDocument>('LoginHistory', schema);
}

type Person = { readonly appid: string; readonly openid: string };

/**
 * Finds a known person's logins in the history; openids themselves are kept in bindings only. Keyed, since whoever owns the
 * account knows every openid of it and could make each digest anew. After a rotation of SECRET_KEYS a person has another one.
 */
export function openidDigest(sealer: Pick<Sealer, 'pseudonym'>, { appid, openid }: Person): string {
  return sealer.pseudonym(`${appid}:${openid}`, 'history');
}

/** Every digest that entries of this person may have: by each of SECRET_KEYS, and without a key, as release 0.1.0 made it. */
export function openidDigests(sealer: Pick<Sealer, 'pseudonyms'>, { appid, openid }: Person): string[] {
  const name = `${appid}:${openid}`;
  return [...sealer.pseudonyms(name, 'history'), hash('sha256', name, 'base64url').slice(0, 22)];
}
