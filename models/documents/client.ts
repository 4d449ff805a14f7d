import { type Connection, Schema } from 'mongoose';

export const clientAuthMethods = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
] as const;
export const idTokenAlgs = ['RS256', 'ES256'] as const;
export const clientScopes = ['openid', 'profile', 'wechat'] as const;

/** A host's OpenID Connect client: software that logs people in by the standard, for one enterprise or several. */
export type ClientDocument = {
  readonly clientId: string;
  readonly name: string;
  /** Whose people it may log in. */
  readonly entIds: readonly string[];
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** Where the client itself begins a login, for a person whose own has come to nothing. */
  readonly initiateLoginUri?: string | null;
  readonly tokenEndpointAuthMethod: (typeof clientAuthMethods)[number];
  /** Its public keys, a JWK Set (RFC 7517); with `private_key_jwt`. */
  readonly jwks?: { readonly keys: readonly object[] } | null;
  readonly idTokenSignedResponseAlg: (typeof idTokenAlgs)[number];
  readonly requirePkce: boolean;
  readonly scopes: readonly (typeof clientScopes)[number][];
  /** Digest of the secret; the secret itself is shown once and kept nowhere. Absent where it has none. */
  readonly secretDigest?: string | null;
  /** Of the secret before, which is honoured beside it until then. */
  readonly previousSecretDigest?: string | null;
  readonly previousSecretUntil?: Date | null;
};

export const hasSecret = ({
  tokenEndpointAuthMethod: method,
}: Pick<ClientDocument, 'tokenEndpointAuthMethod'>): boolean =>
  method === 'client_secret_basic' || method === 'client_secret_post';

const schema = new Schema(
  {
    clientId: { type: String, required: true, unique: true },
    name: { type: String, required: true },
    entIds: { type: [String], required: true },
    redirectUris: { type: [String], required: true },
    postLogoutRedirectUris: { type: [String], required: true },
    initiateLoginUri: { type: String },
    tokenEndpointAuthMethod: { type: String, enum: clientAuthMethods, required: true },
    jwks: { type: Schema.Types.Mixed },
    idTokenSignedResponseAlg: { type: String, enum: idTokenAlgs, required: true },
    requirePkce: { type: Boolean, required: true },
    scopes: { type: [String], enum: clientScopes, required: true },
    secretDigest: { type: String },
    previousSecretDigest: { type: String },
    previousSecretUntil: { type: Date },
  },
  { strict: 'throw', timestamps: true, versionKey: false, collection: 'clients' },
);
schema.index({ entIds: 1 });

export type ClientModel = ReturnType<typeof createClientModel>;

export function createClientModel(connection: Connection) {
  return connection.model<ClientDocument>('Client', schema);
}
