import mongoose, { type Connection, Schema } from 'mongoose';
import type { BindingDocument, BindingModel, PersonKey } from '#models/documents/binding.ts';
import type { ClientModel } from '#models/documents/client.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import { type LoginHistoryModel, openidDigests } from '#models/documents/login-history.ts';
import type { Unbinding } from '#models/login/unbinding.ts';
import type { Sealer } from '#models/sealing.ts';

/** Removed enterprises whose people are still to be erased: on record before it begins, so that a crash leaves nobody behind. */
type ErasureDocument = { readonly _id: string; readonly requestedAt: Date };
export type Erased = { readonly bindings: number; readonly history: number };
export type Counted = { readonly [kind in keyof Erased]: number | null };
export type Erasure = ReturnType<typeof createErasure>;
export type ErasureModel = ReturnType<typeof createErasureModel>;

const countsWithinMs = 1_000;
/** MongoDB's word for a command that took longer than it was given (maxTimeMS). */
const tookTooLong = 50;
const batchSize = 500;
/** A login that was under way has ended by then, and whatever its worker wrote late is erased, too. */
const lastLookAfterMs = 7 * 60_000;
/** Longer than a request of an operator may take. */
const requestTakesMs = 60_000;

const schema = new Schema(
  { _id: { type: String, required: true }, requestedAt: { type: Date, required: true } },
  { strict: 'throw', versionKey: false, collection: 'erasures' },
);

export function createErasureModel(connection: Connection) {
  return connection.model<ErasureDocument>('Erasure', schema);
}

/**
 * Erases people: bindings, the history of their logins, and what tickets of theirs are still good. All of it may be done
 * twice, by several processes at once, and throws what Redis and MongoDB throw.
 */
export function createErasure(deps: {
  erasures: ErasureModel;
  enterprises: EnterpriseModel;
  clients: ClientModel;
  bindings: BindingModel;
  history: LoginHistoryModel;
  unbinding: Pick<Unbinding, 'remove'>;
  sealer: Pick<Sealer, 'pseudonyms'>;
  now?: () => number;
}) {
  const { erasures, enterprises, clients, bindings, history, unbinding, sealer, now = Date.now } = deps;

  async function isBackAgain(entId: string): Promise<boolean> {
    return (await enterprises.exists({ entId }).maxTimeMS(2_000)) !== null;
  }

  /** False when the time was over first. */
  async function eraseAll(entId: string, mayGoOn: () => boolean | Promise<boolean>): Promise<boolean> {
    for (;;) {
      const people = await bindings
        .find({ entId })
        .select({ _id: 0, entId: 1, appid: 1, openid: 1 })
        .limit(batchSize)
        .maxTimeMS(2_000)
        .lean<PersonKey[]>();
      if (people.length === 0) break;
      if (!(await mayGoOn())) return false;
      await unbinding.remove(people);
    }
    await history.deleteMany({ entId });
    // Nor does a client of a host stay one of an enterprise that is made anew.
    await clients.updateMany({ entIds: entId }, { $pull: { entIds: entId } });
    return true;
  }

  return {
    /** How many there are to erase; null for what is too many to be counted while somebody waits. */
    async count(entId: string): Promise<Counted> {
      const [bound, logins] = await Promise.all([
        countWithin(() => bindings.countDocuments({ entId }).maxTimeMS(countsWithinMs)),
        countWithin(() => history.countDocuments({ entId }).maxTimeMS(countsWithinMs)),
      ]);
      return { bindings: bound, history: logins };
    },

    /** Puts it on record that the people of this enterprise are to be erased: call it before the enterprise is removed. */
    async request(entId: string): Promise<void> {
      const requestedAt = new Date(now());
      await erasures.updateOne({ _id: entId }, { $set: { requestedAt } }, { upsert: true }).maxTimeMS(2_000);
    },

    /** Erases what is on record. An enterprise that was made anew has people of its own, and is left alone. */
    async work(): Promise<void> {
      for (const { _id: entId, requestedAt } of await erasures.find().maxTimeMS(2_000).lean()) {
        const ageMs = now() - requestedAt.getTime();
        if (await isBackAgain(entId)) {
          // Made anew; or not removed yet, by a request that is under way.
          if (ageMs > requestTakesMs) await erasures.deleteOne({ _id: entId, requestedAt });
          continue;
        }
        const isDone = await eraseAll(entId, async () => !(await isBackAgain(entId)));
        if (isDone && ageMs >= lastLookAfterMs) await erasures.deleteOne({ _id: entId, requestedAt });
      }
    },

    /** For an enterprise that is about to be made: nobody of a former one may be left. False: they are too many for `ms`. */
    async clear(entId: string, ms: number): Promise<boolean> {
      const end = now() + ms;
      return eraseAll(entId, () => now() < end);
    },

    /** The unionids of an enterprise that keeps none any more. */
    async eraseUnionids(entId: string): Promise<void> {
      await bindings.updateMany(
        { entId, unionid: mongoose.trusted({ $exists: true }) },
        { $unset: { unionid: 1 } },
      );
    },

    /** One user of one enterprise, with all WeChats and their logins. */
    async eraseUser(entId: string, userId: string): Promise<Erased> {
      const erased = { bindings: 0, history: 0 };
      // A host may have given one user any number of people.
      for (;;) {
        const people = await bindings
          .find({ entId, userId })
          .limit(batchSize)
          .maxTimeMS(2_000)
          .lean<BindingDocument[]>();
        const some = await erasePeople(entId, people);
        erased.bindings += some.bindings;
        erased.history += some.history;
        if (people.length < batchSize) return erased;
      }
    },
  };

  async function erasePeople(entId: string, people: readonly BindingDocument[]): Promise<Erased> {
    const digests = people.flatMap((person) => openidDigests(sealer, person));
    const eraseHistory = () =>
      history.deleteMany({ entId, openidDigest: mongoose.trusted({ $in: digests }) });
    // Before the bindings, which alone tell whose it is, should this break off; and after, for a login that ended meanwhile.
    const before = await eraseHistory();
    const removed = await unbinding.remove(people.map(({ appid, openid }) => ({ entId, appid, openid })));
    const late = await eraseHistory();
    return { bindings: removed, history: before.deletedCount + late.deletedCount };
  }
}

async function countWithin(count: () => PromiseLike<number>): Promise<number | null> {
  try {
    return await count();
  } catch (error) {
    if ((error as { code?: unknown }).code !== tookTooLong) throw error;
    return null;
  }
}
