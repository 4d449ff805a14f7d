import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { idTokenAlgs } from '#models/documents/client.ts';
import { createLookUp } from '#models/documents/look-up.ts';
import {
  keyPlace,
  type SigningAlg,
  type SigningKeyDocument,
  type SigningKeyModel,
} from '#models/documents/signing-key.ts';
import type { Sealer } from '#models/sealing.ts';
import { within } from '#operations/deadline.ts';
import { digest } from '#operations/digest.ts';

const dayMs = 86_400_000;
/** A key is made anew by itself when it has signed for so long. */
const signsForMs = 90 * dayMs;
/** A key is published for so long before it signs, and for so long after its last signature. */
const publishedForMs = dayMs;
/** Two pairs take a tenth of a second of work. */
const firstWithinMs = 10_000;
/** Every process knows of a new key after some 5 s; before that none may sign with it. */
export const leastNoticeSeconds = 10;

/** A private key as oidc-provider takes it. */
export type Jwk = { readonly kty: string; readonly kid: string; readonly alg: SigningAlg };
export type KeyState = 'next' | 'current' | 'retired';
export type KnownKey = Pick<SigningKeyDocument, 'kid' | 'alg' | 'usedFrom'> & { readonly state: KeyState };
export type SigningKeys = ReturnType<typeof createSigningKeys>;

const makePair = promisify(generateKeyPair);

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
  const lookUp = createLookUp<readonly SigningKeyDocument[]>(published, { now });
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

function successorOf(key: SigningKeyDocument, all: readonly SigningKeyDocument[]) {
  return all.find(({ alg, generation }) => alg === key.alg && generation === key.generation + 1);
}

function stateOf(key: SigningKeyDocument, all: readonly SigningKeyDocument[], at: number): KeyState {
  if (key.usedFrom.getTime() > at) return 'next';
  const successor = successorOf(key, all);
  return successor !== undefined && successor.usedFrom.getTime() <= at ? 'retired' : 'current';
}

function isDue(wanted: SigningAlg, known: readonly SigningKeyDocument[], at: number): boolean {
  const newest = known.find(({ alg }) => alg === wanted);
  return newest === undefined || at - newest.usedFrom.getTime() > signsForMs;
}

/** The first of an algorithm signs. */
function signingFirst(known: readonly SigningKeyDocument[], at: number): SigningKeyDocument[] {
  const rank = { current: 0, next: 1, retired: 2 };
  return known.toSorted((a, b) => rank[stateOf(a, known, at)] - rank[stateOf(b, known, at)]);
}

async function makeJwk(alg: SigningAlg): Promise<Jwk> {
  const { privateKey } =
    alg === 'RS256'
      ? await makePair('rsa', { modulusLength: 2_048 })
      : await makePair('ec', { namedCurve: 'P-256' });
  const jwk = privateKey.export({ format: 'jwk' });
  // Names it, and tells nothing: of the public half.
  const kid = digest(`${jwk.n ?? ''} ${jwk.x ?? ''} ${jwk.y ?? ''}`).slice(0, 22);
  return { ...jwk, kty: String(jwk.kty), kid, alg, ...{ use: 'sig' } };
}

function unlessThere(error: unknown): void {
  if ((error as { code?: unknown }).code !== 11_000) throw error;
}
