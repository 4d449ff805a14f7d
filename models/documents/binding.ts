import { type Connection, Schema } from 'mongoose';

/** Who somebody is at WeChat, as one enterprise sees it. */
export type PersonKey = { readonly entId: string; readonly appid: string; readonly openid: string };

/** Who a person of WeChat is in the host: one for each enterprise, account and openid. */
export type BindingDocument = {
  readonly entId: string;
  readonly appid: string;
  readonly openid: string;
  readonly userId: string;
  readonly unionid?: string;
  readonly nickname: string;
  readonly avatarUrl: string;
  /** The login that made the binding, so that its repeat after a crash still answers `created`. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

const schema = new Schema(
  {
    entId: { type: String, required: true },
    appid: { type: String, required: true },
    openid: { type: String, required: true },
    userId: { type: String, required: true },
    unionid: { type: String },
    nickname: { type: String, default: '' },
    avatarUrl: { type: String, default: '' },
    createdBy: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'bindings' },
);
schema.index({ entId: 1, appid: 1, openid: 1 }, { unique: true });
schema.index({ entId: 1, userId: 1 });

export type BindingModel = ReturnType<typeof createBindingModel>;

export function createBindingModel(connection: Connection) {
  return connection.model<BindingDocument>('Binding', schema);
}
