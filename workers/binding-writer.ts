import DataLoader from 'dataloader';
import type { mongo } from 'mongoose';
import type { BindingDocument, BindingModel } from '#models/binding.ts';
import { randomBytes } from '#models/random-bytes.ts';
import type { Profile } from '#workers/wechat/replies.ts';

export type BindingRequest = {
  readonly entId: string;
  readonly appid: string;
  readonly openid: string;
  /** Undefined when WeChat was not asked, or would not tell: what is known stays. */
  readonly profile: Profile | undefined;
  readonly unionid: string | undefined;
  /** Undefined where a first login may not make a user: then an unknown person stays unbound. */
  readonly createFor: string | undefined;
};

export type BoundPerson = {
  readonly userId: string;
  readonly nickname: string;
  readonly avatarUrl: string;
  readonly unionid?: string | undefined;
  readonly created: boolean;
};

export type BindingWriter = ReturnType<typeof createBindingWriter>;

const largestBatch = 500;

/**
 * Finds or makes bindings for many jobs at once: one find and at most one bulk write for all that came while the batch
 * before was on its way (bulk upserts ran four times as fast as single ones). A lone login waits for nobody.
 */
export function createBindingWriter(bindings: BindingModel) {
  let running: Promise<unknown> = Promise.resolve();
  const loader = new DataLoader<BindingRequest, BoundPerson | undefined>(
    (requests) => {
      const batch = writeBatch(bindings, requests);
      running = batch.catch(() => {});
      return batch;
    },
    {
      cache: false,
      maxBatchSize: largestBatch,
      batchScheduleFn: (dispatch) => void running.then(dispatch),
    },
  );

  return {
    /** Undefined: nobody is bound to this openid, and `createFor` was not given. Rejects when MongoDB does. */
    write: (request: BindingRequest): Promise<BoundPerson | undefined> => loader.load(request),
  };
}

const keyOf = ({ entId, appid, openid }: Pick<BindingDocument, 'entId' | 'appid' | 'openid'>) =>
  `${entId} ${appid} ${openid}`;

async function findAll(bindings: BindingModel, requests: readonly BindingRequest[]) {
  const groups = Map.groupBy(requests, ({ entId, appid }) => `${entId} ${appid}`);
  const conditions = [...groups.values()].map((group) => ({
    entId: group[0]?.entId ?? '',
    appid: group[0]?.appid ?? '',
    openid: { $in: group.map(({ openid }) => openid) },
  }));
  const filter = conditions.length === 1 && conditions[0] ? conditions[0] : { $or: conditions };
  // trusted: every value in it was checked to be a plain string, by us or by the schema of WeChat's reply.
  const found = await bindings.collection.find<BindingDocument>(filter, { maxTimeMS: 5_000 }).toArray();
  return new Map(found.map((binding) => [keyOf(binding), binding]));
}

async function writeBatch(bindings: BindingModel, requests: readonly BindingRequest[]) {
  const known = await findAll(bindings, requests);
  const now = new Date();
  const drafts = new Map<string, BindingDocument>();
  const inserts = new Set<string>();
  for (const request of requests) {
    const key = keyOf(request);
    // Two logins of one person may meet in a batch: the second goes on from what the first told.
    const binding = drafts.get(key) ?? known.get(key);
    if (binding === undefined && request.createFor !== undefined) {
      inserts.add(key);
      drafts.set(key, newBinding(request, request.createFor, now));
    } else if (binding !== undefined && isNews(binding, request)) {
      drafts.set(key, { ...binding, ...newsOf(request), updatedAt: now });
    }
  }
  const isAsDrafted = drafts.size === 0 || (await save(bindings, drafts, inserts));
  // Somebody else made one of them meanwhile: that one's user_id counts, not ours.
  const current = isAsDrafted ? new Map([...known, ...drafts]) : await findAll(bindings, requests);
  return requests.map((request) => toPerson(current.get(keyOf(request)), request));
}

/**
 * False when a binding that was to be made was there already: two workers met one new person, and the unique index let one
 * of them win. Inserts and updates go apart, as an insert of many costs the server a third of as many upserts.
 */
async function save(bindings: BindingModel, drafts: Map<string, BindingDocument>, inserts: Set<string>) {
  const collection = bindings.collection as unknown as mongo.Collection<BindingDocument>;
  const isNew = ([key]: [string, BindingDocument]) => inserts.has(key);
  const made = [...drafts].filter(isNew).map(([, draft]) => draft);
  const updates = [...drafts]
    .filter((entry) => !isNew(entry))
    .map(([, { entId, appid, openid, nickname, avatarUrl, unionid, updatedAt }]) => ({
      updateOne: {
        filter: { entId, appid, openid },
        update: { $set: { nickname, avatarUrl, ...(unionid !== undefined && { unionid }), updatedAt } },
      },
    }));
  const [isAsDrafted] = await Promise.all([
    made.length === 0 || insertNew(collection, made),
    updates.length > 0 && collection.bulkWrite(updates, { ordered: false }),
  ]);
  return isAsDrafted;
}

async function insertNew(
  collection: mongo.Collection<BindingDocument>,
  made: BindingDocument[],
): Promise<boolean> {
  try {
    await collection.insertMany(made as mongo.OptionalUnlessRequiredId<BindingDocument>[], {
      ordered: false,
    });
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 11_000) throw error;
    return false;
  }
}

function newBinding(request: BindingRequest, createdBy: string, now: Date): BindingDocument {
  const { entId, appid, openid } = request;
  const userId = `u_${randomBytes(12).toString('hex')}`;
  return {
    entId,
    appid,
    openid,
    userId,
    nickname: '',
    avatarUrl: '',
    ...newsOf(request),
    createdBy,
    createdAt: now,
    updatedAt: now,
  };
}

function newsOf({ profile, unionid: fromToken }: BindingRequest) {
  const unionid = profile?.unionid ?? fromToken;
  return {
    ...(profile && { nickname: profile.nickname, avatarUrl: profile.avatarUrl }),
    ...(unionid !== undefined && { unionid }),
  };
}

function isNews(binding: BindingDocument, request: BindingRequest): boolean {
  const news = newsOf(request) as Partial<BindingDocument>;
  return Object.entries(news).some(([field, value]) => binding[field as keyof BindingDocument] !== value);
}

function toPerson(binding: BindingDocument | undefined, request: BindingRequest): BoundPerson | undefined {
  if (binding === undefined) return undefined;
  return {
    userId: binding.userId,
    nickname: binding.nickname,
    avatarUrl: binding.avatarUrl,
    unionid: binding.unionid,
    created: request.createFor !== undefined && binding.createdBy === request.createFor,
  };
}
