import mongoose, { type Connection, Schema } from 'mongoose';

export const logoTypes = ['image/png', 'image/jpeg', 'image/webp'] as const;

/** An enterprise's logo as it was fetched: small, and served by us, so that no page asks another site for anything. */
export type LogoDocument = {
  /** {@link logoIdOf} */
  readonly _id: string;
  readonly entId: string;
  readonly type: (typeof logoTypes)[number];
  readonly bytes: Buffer;
  /** Of the bytes, hex; a part of its address. */
  readonly digest: string;
};

/** An enterprise has one at a time, and another for a moment while it changes. */
export const logoIdOf = (entId: string, digest: string): string => `${entId}/${digest}`;

const schema = new Schema(
  {
    _id: { type: String, required: true },
    entId: { type: String, required: true, index: true },
    type: { type: String, enum: logoTypes, required: true },
    bytes: { type: Buffer, required: true },
    digest: { type: String, required: true },
  },
  { strict: 'throw', timestamps: true, versionKey: false, collection: 'logos' },
);

export type LogoModel = ReturnType<typeof createLogoModel>;

export function createLogoModel(connection: Connection) {
  return connection.model<LogoDocument>('Logo', schema);
}

/** A lean document has MongoDB's own binary. */
export function bytesOf({ bytes }: Pick<LogoDocument, 'bytes'>): Buffer {
  return bytes instanceof mongoose.mongo.Binary ? Buffer.from(bytes.value()) : Buffer.from(bytes);
}
