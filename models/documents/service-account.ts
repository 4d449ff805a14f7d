import { type Connection, Schema } from 'mongoose';

/** A WeChat service account (服务号): many enterprises may share one. */
export type ServiceAccountDocument = {
  readonly appid: string;
  readonly name: string;
  /** How its people log in (wechat/sources/all-sources.ts); absent: as a service account. */
  readonly source?: string;
  /** AppSecret, sealed for the place `account:<appid>`. */
  readonly sealedSecret: string;
  /** The domain-verification files, MP_verify_….txt. A list, since their names hold a dot. */
  readonly verifyFiles: readonly { readonly name: string; readonly content: string }[];
  /** Its operator wants no call for it, until he says otherwise. A document's, since Redis may forget. */
  readonly pausedByOperator?: Pause | null;
  /** No login of it begins. Not within the other: who knows of that one alone would end its calls, and codes would die. */
  readonly doorClosedByOperator?: Pause | null;
};
export type Pause = {
  readonly by: string;
  readonly at: Date;
  /** For other operators. */
  readonly reason?: string | null;
  /** For the people who are held. */
  readonly sentence?: string | null;
  /** When it is over by itself; absent: when it is resumed. */
  readonly until?: Date | null;
};

/** `door`: no login begins, those under way finish. `calls`: nor is a call made, and codes die. */
export const pauseLevels = ['door', 'calls'] as const;
export type PauseLevel = (typeof pauseLevels)[number];
/** What an account is in that is paused so, beside the states of models/account/state.ts. */
export const pauseStates = {
  door: 'door-closed-by-operator',
  calls: 'paused-by-operator',
} as const satisfies Record<PauseLevel, string>;
export type LevelledPause = Pause & { readonly level: PauseLevel };

/** What is stored of pauses. One that is over stays stored until the next, or until the account is resumed. */
export type StoredPauses = Pick<ServiceAccountDocument, 'pausedByOperator' | 'doorClosedByOperator'>;

/**
 * The pause that is in force at `now`, in ms of Redis's clock, which all processes share: where both are stored, the further
 * one. Its end is nobody's deed, so no process has to live for it.
 */
export function pauseOf(account: StoredPauses, now: number): LevelledPause | undefined {
  const { pausedByOperator: calls, doorClosedByOperator: door } = account;
  if (calls && !isOver(calls, now)) return { ...calls, level: 'calls' };
  return door && !isOver(door, now) ? { ...door, level: 'door' } : undefined;
}

const isOver = ({ until }: Pause, now: number): boolean => (until ? until.getTime() <= now : false);

const verifyFile = new Schema(
  { name: { type: String, required: true }, content: { type: String, required: true } },
  { _id: false, strict: 'throw' },
);

const pause = new Schema(
  {
    by: { type: String, required: true },
    at: { type: Date, required: true },
    reason: { type: String },
    sentence: { type: String },
    until: { type: Date },
  },
  { _id: false, strict: 'throw' },
);

const schema = new Schema(
  {
    appid: { type: String, required: true, unique: true },
    name: { type: String, required: true },
    source: String,
    sealedSecret: { type: String, required: true },
    verifyFiles: { type: [verifyFile], required: true },
    pausedByOperator: { type: pause },
    doorClosedByOperator: { type: pause },
  },
  { strict: 'throw', timestamps: true, versionKey: false, collection: 'service_accounts' },
);
schema.index({ 'verifyFiles.name': 1 });
// Asked for every two seconds by every process (paused-accounts.ts); nearly always there are none.
schema.index({ 'pausedByOperator.at': 1 }, { sparse: true });
schema.index({ 'doorClosedByOperator.at': 1 }, { sparse: true });

export type ServiceAccountModel = ReturnType<typeof createServiceAccountModel>;

export function createServiceAccountModel(connection: Connection) {
  return connection.model<ServiceAccountDocument>('ServiceAccount', schema);
}

export const secretPlace = (appid: string): string => `account:${appid}`;
