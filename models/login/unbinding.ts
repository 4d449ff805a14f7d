import { defineScript, readScript } from '#connections/lua-script.ts';
import type { BindingModel, PersonKey } from '#models/documents/binding.ts';
import { removeBindings } from '#models/documents/bindings.ts';
import { type LoginStore, longestIdentityMs, shardOfAccount } from '#models/login/store.ts';
import { digest } from '#operations/digest.ts';

/** Names a person in a login's record and in the mark of an unbinding, which live for minutes. */
export const personDigest = ({ entId, appid, openid }: PersonKey): string =>
  digest(`${entId} ${appid} ${openid}`).slice(0, 22);

/** As long as anything can be good that was made before: a ticket, or what an OpenID client was granted. */
export const markLifetimeMs = longestIdentityMs + 60_000;

export type Unbinding = ReturnType<typeof createUnbinding>;

/**
 * Takes bindings away so that nothing of them stays good: a login that ended before with a ticket not yet redeemed, one whose
 * worker has just looked the binding up. Redis marks the person; the moves of a login look at the mark (batch.lua).
 */
export function createUnbinding(deps: { store: LoginStore; shards: number; bindings: BindingModel }) {
  const { store, shards, bindings } = deps;
  const { redis, prefix, clockOffsetMs } = store;
  const file = new URL('scripts/mark-unbound.lua', import.meta.url);
  const markUnbound = defineScript(redis, 'mark-unbound', readScript(file));

  async function mark(people: readonly PersonKey[]): Promise<void> {
    await Promise.all(
      people.map((person) =>
        markUnbound(
          { mark: `{${prefix}:${shardOfAccount(person.appid, shards)}}:unbound:${personDigest(person)}` },
          { offset: clockOffsetMs(), lifetimeMs: markLifetimeMs },
        ),
      ),
    );
  }

  /**
   * Runs a write after which people are no longer who they were. The mark is set before, so that nothing stays good should
   * we end in between; and after, for whoever read the binding meanwhile.
   */
  async function revoking<T>(people: readonly PersonKey[], write: () => Promise<T>): Promise<T> {
    await mark(people);
    const written = await write();
    await mark(people);
    return written;
  }

  return {
    revoking,
    /**
     * The number of bindings removed; also people without one are marked, so that a repeat of a removal whose answer was
     * lost makes good what was missed. Throws what Redis and MongoDB throw.
     */
    async remove(people: readonly PersonKey[]): Promise<number> {
      if (people.length === 0) return 0;
      return revoking(people, () => removeBindings(bindings, people));
    },
  };
}
