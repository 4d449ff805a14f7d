import mongoose, { type Connection, Schema } from 'mongoose';

export const logoTypes = ['image/png', 'image/jpeg', 'image/webp'] as const;

/** An enterprise's logo as it was fetched: small, and served by us, so that no page asks another site for anything. */
export type LogoDocument = {
  /** ent_id */
  readonly _id: string;
  readonly type: (typeof logoTypes)[number];
  readonly bytes: Buffer;
  /** Of the bytes, hex; a part of its address. */
  readonly digest: string;
};

const schema = new Schema(
  {
    _id: { type: String, required: true },
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
