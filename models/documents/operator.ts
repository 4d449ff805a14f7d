import { LRUCache } from 'lru-cache';
import { type Connection, Schema } from 'mongoose';
import { type Operator, type OperatorRole, operatorRoles } from '#operations/operator-roles.ts';

/** A named token of the operator's door. `root` is ADMIN_TOKEN and no document. */
export type OperatorDocument = {
  readonly name: string;
  readonly role: OperatorRole;
  /** Digest of the token; the token itself is shown once and kept nowhere. */
  readonly tokenDigest: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt?: Date | null;
  readonly lastUsedAt?: Date | null;
};

/** Root is not given away. */
export const namedRoles = operatorRoles.filter((role) => role !== 'root');

const schema = new Schema(
  {
    name: { type: String, required: true, unique: true },
    role: { type: String, enum: namedRoles, required: true },
    tokenDigest: { type: String, required: true, unique: true },
    createdBy: { type: String, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date },
    lastUsedAt: { type: Date },
  },
  { strict: 'throw', versionKey: false, collection: 'operators' },
);

export type OperatorModel = ReturnType<typeof createOperatorModel>;

export function createOperatorModel(connection: Connection) {
  return connection.model<OperatorDocument>('Operator', schema);
}

/** What is taken away is worth nothing within this. */
const rememberedMs = 3_000;
/** Of the time a token was used last. */
const notedEachMs = 60_000;

/** Finds operators by their token's digest. Throws what MongoDB throws. */
export function createFindNamed(operators: OperatorModel) {
  const remembered = new LRUCache<string, { readonly operator: Operator | undefined }>({
    max: 1_000,
    ttl: rememberedMs,
  });
  const noted = new LRUCache<string, true>({ max: 1_000, ttl: notedEachMs });

  return async (tokenDigest: string): Promise<Operator | undefined> => {
    const known = remembered.get(tokenDigest);
    if (known !== undefined) return known.operator;
    const found = await operators.findOne({ tokenDigest }).maxTimeMS(2_000).lean();
    const isOver = found?.expiresAt && found.expiresAt.getTime() <= Date.now();
    const operator = found === null || isOver ? undefined : { name: found.name, role: found.role };
    remembered.set(tokenDigest, { operator });
    if (operator !== undefined && !noted.has(tokenDigest)) {
      noted.set(tokenDigest, true);
      // Nobody waits for it.
      operators.updateOne({ tokenDigest }, { $set: { lastUsedAt: new Date() } }).catch(() => {});
    }
    return operator;
  };
}
