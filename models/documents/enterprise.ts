import { type Connection, Schema } from 'mongoose';

export const unboundActions = ['create', 'bind'] as const;
export const unionidPolicies = ['never', 'store'] as const;
export const scopeModes = ['snsapi_userinfo', 'base-first'] as const;

/** A customer of the host: which account its people log in with, and where they are sent. */
export type EnterpriseDocument = {
  readonly entId: string;
  readonly appid: string;
  readonly name: string;
  readonly loginUrl: string;
  readonly bindUrl?: string | null;
  /** What a `target` may begin with; none allowed when empty. */
  readonly targetPrefixes: readonly string[];
  /** A first login makes a new user, or is sent to `bindUrl` to name an existing one. */
  readonly unbound: (typeof unboundActions)[number];
  readonly scope: (typeof scopeModes)[number];
  readonly consentPage: boolean;
  /** Where a link without the host's `state` is sent, for the host to begin the login itself. */
  readonly initiateLoginUri?: string | null;
  /** A login begins with the host's `state` only. */
  readonly requireState?: boolean;
  /** Whether people's unionid is kept and handed out; never, when absent. */
  readonly unionid?: (typeof unionidPolicies)[number];
  /** Shown to people before WeChat asks them: how the enterprise treats data, its terms, whom to ask. */
  readonly privacyUrl?: string | null;
  readonly termsUrl?: string | null;
  readonly support?: string | null;
  readonly logoUrl?: string | null;
  /** The address of which there is a logo, and the digest of that. */
  readonly logoOf?: string | null;
  readonly logoDigest?: string | null;
  readonly brandColor?: string | null;
  /** Digest of the API key; the key itself is shown once and kept nowhere. */
  readonly apiKeyDigest: string;
  /** Of the key before, which is honoured beside it until then. */
  readonly previousKeyDigest?: string | null;
  readonly previousKeyUntil?: Date | null;
};

/**
 * Which enterprise of its ent_id it is: one that was removed and made anew has another document. An id and not the time
 * when it was made: no two clocks are compared, so none that is wrong refuses anybody. '' where it is not known.
 */
export const documentIdOf = (document: object): string => String((document as { _id?: unknown })._id ?? '');

/** True for a login (or its ticket) that was begun for a former enterprise of this ent_id. One of release 0.1.0 tells none: ''. */
export function isOfFormer(enterprise: EnterpriseDocument, begunFor: string): boolean {
  const current = documentIdOf(enterprise);
  return begunFor !== '' && current !== '' && begunFor !== current;
}

/** A unionid names a person in all accounts of one owner: it is nobody's unless the operator says so. */
export const keepsUnionid = ({ unionid }: Pick<EnterpriseDocument, 'unionid'>): boolean =>
  unionid === 'store';

const schema = new Schema(
  {
    entId: { type: String, required: true, unique: true },
    appid: { type: String, required: true },
    name: { type: String, required: true },
    loginUrl: { type: String, required: true },
    bindUrl: { type: String },
    targetPrefixes: { type: [String], required: true },
    unbound: { type: String, enum: unboundActions, required: true },
    scope: { type: String, enum: scopeModes, required: true },
    consentPage: { type: Boolean, required: true },
    initiateLoginUri: { type: String },
    requireState: { type: Boolean },
    unionid: { type: String, enum: unionidPolicies },
    privacyUrl: { type: String },
    termsUrl: { type: String },
    support: { type: String },
    logoUrl: { type: String },
    logoOf: { type: String },
    logoDigest: { type: String },
    brandColor: { type: String },
    apiKeyDigest: { type: String, required: true },
    previousKeyDigest: { type: String },
    previousKeyUntil: { type: Date },
  },
  { strict: 'throw', timestamps: true, versionKey: false, collection: 'enterprises' },
);
schema.index({ appid: 1 });

export type EnterpriseModel = ReturnType<typeof createEnterpriseModel>;

export function createEnterpriseModel(connection: Connection) {
  return connection.model<EnterpriseDocument>('Enterprise', schema);
}
