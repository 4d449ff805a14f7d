import { randomUUID } from 'node:crypto';
import { defineScript, readScript } from '#connections/lua-script.ts';
import type { RedisClient } from '#connections/redis-client.ts';
import type { Sealer } from '#models/sealing.ts';
import { within } from '#operations/deadline.ts';
import { digest } from '#operations/digest.ts';

/** A browser waits for it, or a host. */
const deadlineMs = 900;

type Values = Readonly<Record<string, unknown>>;
type Row = { readonly values: Values; readonly isConsumed: boolean };
type Stored = readonly (string | null | undefined)[];
type KeptReply = { readonly sealed: string | null; readonly consumed: string | null };
export type Rows = ReturnType<typeof createRows>;

/**
 * What the OpenID provider remembers, in Redis: interactions, sessions, codes, access tokens. Nobody who reads Redis learns
 * anything: the ids, which are secrets, are there as digests, the values sealed for their place. One command each.
 * All of it throws what Redis throws, DeadlineError after 0.9 s.
 */
export function createRows(deps: {
  redis: RedisClient;
  prefix: string;
  sealer: Pick<Sealer, 'seal' | 'open'>;
}) {
  const { redis, prefix, sealer } = deps;
  const define = (name: string) =>
    defineScript(redis, `oidc:${name}`, readScript(new URL(`scripts/${name}.lua`, import.meta.url)));
  const [putRow, putNewRow, keepRow, consumeRow] = [
    define('put-row'),
    define('put-new-row'),
    define('keep-row'),
    define('consume-row'),
  ];

  function placeOf(kind: string, id: string): { key: string; place: string } {
    const place = `oidc:${kind}:${digest(id)}`;
    return { key: `${prefix}:${place}`, place };
  }

  const seal = (values: Values, place: string) => sealer.seal(JSON.stringify(values), place, null);

  function open(place: string, [sealed, consumed]: Stored): Row | undefined {
    if (sealed == null) return undefined;
    try {
      return { values: JSON.parse(sealer.open(sealed, place, null)) as Values, isConsumed: consumed != null };
    } catch {
      return undefined;
    }
  }

  return {
    /** `firstMs`: how long it lives while nobody asks to keep it; as long as any when absent. */
    async put(
      kind: string,
      id: string,
      values: Values,
      lifetimeMs: number,
      firstMs = lifetimeMs,
    ): Promise<void> {
      const { key, place } = placeOf(kind, id);
      const given = { sealed: seal(values, place), lifetimeMs, firstMs: Math.min(firstMs, lifetimeMs) };
      await within(deadlineMs, putRow({ row: key }, given));
    },

    /** False when such a row is there. */
    async putNew(kind: string, id: string, values: Values, lifetimeMs: number): Promise<boolean> {
      const { key, place } = placeOf(kind, id);
      const given = { sealed: seal(values, place), lifetimeMs, attempt: randomUUID() };
      return (await within(deadlineMs, putNewRow({ row: key }, given))) === 1;
    },

    /** Undefined for one that is not there, or that no key of ours opens. */
    async find(kind: string, id: string): Promise<Row | undefined> {
      const { key, place } = placeOf(kind, id);
      return open(place, await within(deadlineMs, redis.hmget(key, 'sealed', 'consumed')));
    },

    /** The same, and it lives on from now on, until the lifetime that it was written with is over. */
    async findAndKeep(kind: string, id: string): Promise<Row | undefined> {
      const { key, place } = placeOf(kind, id);
      const { sealed, consumed } = (await within(deadlineMs, keepRow({ row: key }, {}))) as KeptReply;
      return open(place, [sealed, consumed]);
    },

    /** True for the first one only. */
    async consume(kind: string, id: string): Promise<boolean> {
      const { key } = placeOf(kind, id);
      return (await within(deadlineMs, consumeRow({ row: key }, { attempt: randomUUID() }))) === 1;
    },

    async remove(kind: string, id: string): Promise<void> {
      await within(deadlineMs, redis.del(placeOf(kind, id).key));
    },
  };
}
