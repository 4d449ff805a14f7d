import { idTokenAlgs } from '#models/documents/client.ts';
import {
  isDue,
  type KeyState,
  publishedForMs,
  signingFirst,
  stateOf,
  successorOf,
} from '#models/documents/key-states.ts';
import { createLookUp } from '#models/documents/look-up.ts';
import { type Jwk, makeJwk } from '#models/documents/make-jwk.ts';
import {
  keyPlace,
  type SigningAlg,
  type SigningKeyDocument,
  type SigningKeyModel,
} from '#models/documents/signing-key.ts';
import type { Sealer } from '#models/sealing.ts';
import { within } from '#operations/deadline.ts';

/** Two pairs take a tenth of a second of work. */
const firstWithinMs = 10_000;
/** Every process knows of a new key after some 5 s; before that none may sign with it. */
export const leastNoticeSeconds = 10;

export type KnownKey = Pick<SigningKeyDocument, 'kid' | 'alg' | 'usedFrom'> & { readonly state: KeyState };
export type SigningKeys = ReturnType<typeof createSigningKeys>;

/**
 * The keys that sign id tokens: a pair for each algorithm, made when they are first asked for, by whichever process comes
 * first. They change without a restart: what MongoDB has is looked at again every few seconds. All of it throws what MongoDB
 * throws, or DirectoryUnavailable.
 */
export function createSigningKeys(deps: {
  signingKeys: SigningKeyModel;
  sealer: Pick<Sealer, 'seal' | 'open'>;
  /** Hears of keys that SECRET_KEYS does not open. */
  onUnopenable: (kids: readonly string[]) => void;
  now?: () => number;
}) {
  const { signingKeys, sealer, onUnopenable, now = Date.now } = deps;
  // By its own clock: with the date set back a new key would be no news for as long.
  const lookUp = createLookUp<readonly SigningKeyDocument[]>(published, deps.now && { now: deps.now });
  let making: Promise<void> | undefined;
  let tried: readonly SigningKeyDocument[] = [];
  let opened: readonly Jwk[] = [];

  /** The newest first. */
  async function published(): Promise<SigningKeyDocument[]> {
    const all = await signingKeys
      .find()
      .sort({ generation: -1 })
      .maxTimeMS(2_000)
      .lean<SigningKeyDocument[]>();
    return all.filter(
      (key) => now() < (successorOf(key, all)?.usedFrom.getTime() ?? Infinity) + publishedForMs,
    );
  }

  /** Makes the next key of an algorithm, unless one is to come already; that one then comes sooner, if that is wanted. */
  async function makeNext(alg: SigningAlg, known: readonly SigningKeyDocument[], noticeMs: number) {
    const [newest] = known.filter((key) => key.alg === alg);
    // Nobody has checked a signature of the first one before.
    const usedFrom = new Date(newest === undefined ? now() : now() + noticeMs);
    if (newest !== undefined && newest.usedFrom.getTime() > now()) {
      await signingKeys.updateOne({ _id: newest._id }, { $min: { usedFrom } }).maxTimeMS(2_000);
      return;
    }
    const generation = (newest?.generation ?? 0) + 1;
    const _id = `${alg}:${generation}`;
    const jwk = await makeJwk(alg);
    const sealedKey = sealer.seal(JSON.stringify(jwk), keyPlace(_id), null);
    // Another process may have been first: then its key is the one.
    await signingKeys
      .updateOne(
        { _id },
        { $setOnInsert: { alg, generation, kid: jwk.kid, sealedKey, usedFrom } },
        { upsert: true },
      )
      .maxTimeMS(2_000)
      .catch(unlessThere);
  }

  async function rotate(noticeSeconds: number): Promise<void> {
    const known = await published();
    for (const alg of idTokenAlgs) await makeNext(alg, known, noticeSeconds * 1_000);
  }

  async function makeDue(): Promise<void> {
    const known = await published();
    for (const alg of idTokenAlgs) if (isDue(alg, known, now())) await makeNext(alg, known, publishedForMs);
  }

  /** The first of each algorithm are waited for: whoever makes them may have got, or died, half way. Later ones have time. */
  async function known(): Promise<readonly SigningKeyDocument[]> {
    const found = (await lookUp('all')).value ?? [];
    if (!idTokenAlgs.some((alg) => isDue(alg, found, now()))) return found;
    making ??= makeDue().finally(() => {
      making = undefined;
      lookUp.outdate('all');
    });
    if (idTokenAlgs.every((wanted) => found.some(({ alg }) => alg === wanted))) {
      making.catch(() => {});
      return found;
    }
    await within(firstWithinMs, making);
    return (await lookUp('all')).value ?? [];
  }

  function open(documents: readonly SigningKeyDocument[]): readonly Jwk[] {
    const unopenable: string[] = [];
    const keys = documents.flatMap(({ _id, kid, sealedKey }) => {
      try {
        return [JSON.parse(sealer.open(sealedKey, keyPlace(_id), null)) as Jwk];
      } catch {
        unopenable.push(kid);
        return [];
      }
    });
    if (unopenable.length > 0) onUnopenable(unopenable);
    return keys;
  }

  return {
    /**
     * The private keys, those that sign now before the others. The same list while nothing has changed, empty when SECRET_KEYS opens none
     * of them.
     */
    async list(): Promise<readonly Jwk[]> {
      const inOrder = signingFirst(await known(), now());
      const isSame =
        inOrder.length === tried.length && inOrder.every(({ kid }, at) => kid === tried[at]?.kid);
      if (isSame) return opened;
      tried = inOrder;
      opened = open(inOrder);
      return opened;
    },

    /** New keys of both algorithms, published now and signing after `noticeSeconds`. Answers all that are published. */
    async rotate(noticeSeconds: number): Promise<KnownKey[]> {
      await rotate(noticeSeconds);
      lookUp.outdate('all');
      const all = await published();
      return all.map((key) => ({
        kid: key.kid,
        alg: key.alg,
        usedFrom: key.usedFrom,
        state: stateOf(key, all, now()),
      }));
    },

    /** Keys that nobody needs any more are gone for good. */
    async removeRetired(): Promise<void> {
      const kept = new Set((await published()).map(({ _id }) => _id));
      for (const { _id } of await signingKeys.find().maxTimeMS(2_000).lean<SigningKeyDocument[]>()) {
        if (!kept.has(_id)) await signingKeys.deleteOne({ _id }).maxTimeMS(2_000);
      }
    },
  };
}

function unlessThere(error: unknown): void {
  if ((error as { code?: unknown }).code !== 11_000) throw error;
}
