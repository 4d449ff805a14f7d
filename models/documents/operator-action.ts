import { type Connection, Schema } from 'mongoose';

export const actionsKeptDays = 400;

/** Who did what at the operator's door. Written before it is done, so nothing is done that is not on record; then what came of it. */
export type OperatorActionDocument = {
  readonly at: Date;
  readonly actor: string;
  readonly role: string;
  readonly address: string;
  /** `PUT /v1/accounts/:appid`, `sign in`, `find a login`. */
  readonly action: string;
  /** What it was done to: `account wx…`. */
  readonly object: string;
  /** Old and new values of what changes; a secret is `(changed)`. */
  readonly before?: object;
  readonly after?: object;
  readonly requestId: string;
  /**
   * What came of it; absent where somebody only looked. `begun` stays where the process ended before the deed did, or nobody knows
   * whether it was done.
   */
  readonly outcome?: DeedOutcome;
};
export type DeedOutcome = 'begun' | 'done' | 'refused';

const schema = new Schema(
  {
    at: { type: Date, required: true },
    actor: { type: String, required: true },
    role: { type: String, required: true },
    address: { type: String, required: true },
    action: { type: String, required: true },
    object: { type: String, required: true },
    before: { type: Schema.Types.Mixed },
    after: { type: Schema.Types.Mixed },
    requestId: { type: String, required: true },
    outcome: { type: String },
  },
  { strict: 'throw', versionKey: false, collection: 'operator_actions', minimize: false },
);
schema.index({ at: 1 }, { expireAfterSeconds: actionsKeptDays * 86_400 });
schema.index({ actor: 1, at: -1 });
schema.index({ object: 1, at: -1 });

export type OperatorActionModel = ReturnType<typeof createOperatorActionModel>;

export function createOperatorActionModel(connection: Connection) {
  return connection.model<OperatorActionDocument>('OperatorAction', schema);
}
