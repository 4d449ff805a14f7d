import { eachTurn, type Gathering } from '#connections/gathering.ts';
import type { BindingDocument, BindingModel, PersonKey } from '#models/documents/binding.ts';
import { findBindings, keyOf } from '#models/documents/bindings.ts';
import { insertMany, updateMany } from '#models/documents/mongo-command.ts';
import { randomBytes } from '#models/random-bytes.ts';
import type { Profile } from '#wechat/api/replies.ts';
import { createCrowdLoader } from '#workers/bindings/crowd-loader.ts';
import { createLikelyNew, type LikelyNew } from '#workers/bindings/likely-new.ts';

export type BindingRequest = PersonKey & {
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

export type Look = {
  readonly found: Promise<BindingDocument | undefined>;
  /** By performance.now(). */
  readonly askedAt: number;
};
type Draft = { readonly request: BindingRequest; readonly known: BindingDocument | undefined };
export type BindingWriter = ReturnType<typeof createBindingWriter>;

const mostTries = 3;
/** Later a host may have bound or unbound the person, and been told so. */
const lookIsFreshForMs = 1_000;

/**
 * Finds or makes bindings for many jobs at once, a crowd in one find and one write (bulk upserts ran four times as fast as
 * single ones). Whoever is likely to be new is not looked for: the unique index refuses a second binding, and then it is
 * looked for.
 */
export function createBindingWriter(
  bindings: BindingModel,
  {
    gathering = eachTurn,
    likelyNew = createLikelyNew(),
  }: { gathering?: Gathering; likelyNew?: LikelyNew } = {},
) {
  const finds = createCrowdLoader(
    (people: readonly PersonKey[]) => findBindings(bindings, people),
    gathering,
  );
  const writeDrafts = (drafts: readonly Draft[]) => writeBatch(bindings, drafts);
  // Apart, so that known people do not wait with new ones while no majority confirms.
  const inserts = createCrowdLoader(
    (drafts: readonly Draft[]) => likelyNew.watch(() => writeDrafts(drafts)),
    gathering,
  );
  const updates = createCrowdLoader(writeDrafts, gathering);

  const isGuessed = ({ createFor }: Pick<BindingRequest, 'createFor'>) =>
    createFor !== undefined && likelyNew.isLikely();

  return {
    /** Begins to find a person of whom `write` will be asked in a moment; undefined where that is left out. */
    look(person: PersonKey & Pick<BindingRequest, 'createFor'>): Look | undefined {
      if (isGuessed(person)) return undefined;
      const found = finds.load(person);
      found.catch(() => {});
      return { found, askedAt: performance.now() };
    },

    /** Undefined: nobody is bound to this openid, and `createFor` was not given. Rejects when MongoDB does. */
    async write(request: BindingRequest, look?: Look): Promise<BoundPerson | undefined> {
      if (look === undefined && isGuessed(request)) {
        const person = await inserts.load({ request, known: undefined });
        likelyNew.note(person?.created !== true);
        return person;
      }
      const isFresh = look !== undefined && performance.now() - look.askedAt < lookIsFreshForMs;
      const findAgain = () => finds.load(request);
      const known = await (isFresh ? look.found.catch(findAgain) : findAgain());
      if (request.createFor !== undefined) likelyNew.note(known !== undefined);
      if (known === undefined) {
        return request.createFor === undefined ? undefined : inserts.load({ request, known });
      }
      return isNews(known, request) ? updates.load({ request, known }) : toPerson(known, request);
    },
  };
}

async function writeBatch(
  bindings: BindingModel,
  batch: readonly Draft[],
  triesLeft = mostTries,
): Promise<(BoundPerson | undefined)[]> {
  const now = new Date();
  // Two logins of one person may meet in a batch: the second goes on from what the first told.
  const current = new Map<string, BindingDocument>();
  const made = new Set<string>();
  const news = new Map<string, News>();
  for (const { request, known } of batch) {
    const key = keyOf(request);
    const binding = current.get(key) ?? known;
    if (binding !== undefined) {
      const told = newsOf(request, binding);
      current.set(key, { ...binding, ...told, updatedAt: now });
      if (!made.has(key) && isNews(binding, request)) news.set(key, { ...news.get(key), ...told });
    } else if (request.createFor !== undefined) {
      made.add(key);
      current.set(key, newBinding(request, request.createFor, now));
    }
  }
  const newcomers = [...made];
  const inserts = newcomers.flatMap((key) => current.get(key) ?? []);
  const updates = [...news].flatMap(([key, told]) => toUpdate(current.get(key), told, now));
  // Inserts and updates go apart, as an insert of many costs the server a third of as many upserts.
  const [refused, areUpdated] = await Promise.all([
    inserts.length === 0 ? [] : insertMany(bindings, inserts),
    updates.length === 0 || updateMany(bindings, updates),
  ]);
  // Made before, or by another worker meanwhile, whose user_id counts then; or a host unbound one.
  const changed = new Set(refused.map((n) => newcomers[n]));
  if (!areUpdated) for (const key of news.keys()) changed.add(key);
  const isChanged = (request: BindingRequest) => changed.has(keyOf(request));
  const requests = batch.map(({ request }) => request);
  const again = changed.size === 0 ? [] : await writeAgain(bindings, requests.filter(isChanged), triesLeft);
  return requests.map((request) =>
    isChanged(request) ? again.shift() : toPerson(current.get(keyOf(request)), request),
  );
}

async function writeAgain(bindings: BindingModel, requests: readonly BindingRequest[], triesLeft: number) {
  if (triesLeft === 0) throw new Error('the bindings of a batch change all the time');
  const found = await findBindings(bindings, requests);
  const drafts = requests.map((request, n) => ({ request, known: found[n] }));
  return writeBatch(bindings, drafts, triesLeft - 1);
}

function toUpdate(binding: BindingDocument | undefined, news: News, updatedAt: Date) {
  if (binding === undefined) return [];
  const { entId, appid, openid } = binding;
  return [{ q: { entId, appid, openid }, u: { $set: { ...news, updatedAt } } }];
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

type News = Partial<Pick<BindingDocument, 'nickname' | 'avatarUrl' | 'unionid'>>;

/** `known` is undefined for a new binding. */
function newsOf({ profile, unionid: fromToken }: BindingRequest, known?: BindingDocument): News {
  const unionid = profile?.unionid ?? fromToken;
  return {
    ...(profile && tellsName(profile, known) && { nickname: profile.nickname }),
    ...(profile && tellsAvatar(profile, known) && { avatarUrl: profile.avatarUrl }),
    ...(unionid !== undefined && { unionid }),
  };
}

/** What WeChat calls somebody whose name it does not give away; a grey picture comes with it. */
const genericNickname = '微信用户';

/** A name that says nothing takes the place of no other. */
function tellsName({ nickname }: Profile, known?: BindingDocument): boolean {
  return (nickname !== '' && nickname !== genericNickname) || !known?.nickname;
}

function tellsAvatar({ nickname, avatarUrl }: Profile, known?: BindingDocument): boolean {
  const isEmpty = nickname === '' && avatarUrl === '';
  return (nickname !== genericNickname && !isEmpty) || !known?.avatarUrl;
}

function isNews(binding: BindingDocument, request: BindingRequest): boolean {
  return Object.entries(newsOf(request, binding)).some(
    ([field, value]) => binding[field as keyof News] !== value,
  );
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
