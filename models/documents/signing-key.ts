import { type Connection, Schema } from 'mongoose';
import type { idTokenAlgs } from '#models/documents/client.ts';

export type SigningAlg = (typeof idTokenAlgs)[number];

/**
 * A key that signs id tokens. Of each algorithm the newest whose `usedFrom` has come signs; one that is still to come is
 * published already, so that whoever checks signatures knows it by then.
 */
export type SigningKeyDocument = {
  /** `RS256:1`: two processes that make the next one at the same moment make the same one. */
  readonly _id: string;
  readonly alg: SigningAlg;
  readonly generation: number;
  readonly kid: string;
  /** The private JWK as JSON, sealed for the place {@link keyPlace}. */
  readonly sealedKey: string;
  readonly usedFrom: Date;
};

const schema = new Schema(
  {
    _id: { type: String, required: true },
    alg: { type: String, required: true },
    generation: { type: Number, required: true },
    kid: { type: String, required: true },
    sealedKey: { type: String, required: true },
    usedFrom: { type: Date, required: true },
  },
  { strict: 'throw', timestamps: true, versionKey: false, collection: 'signing_keys' },
);

export type SigningKeyModel = ReturnType<typeof createSigningKeyModel>;

export function createSigningKeyModel(connection: Connection) {
  return connection.model<SigningKeyDocument>('SigningKey', schema);
}

export const keyPlace = (id: string): string => `signing-key:${id}`;
