import type { Goal } from '#models/login/goal.ts';
import type { FailureReason, LoginStatus } from '#models/login/status.ts';
import { isLoginId, type LoginStore, reachedLifetimeMs } from '#models/login/store.ts';
import { type Identity, openOutcome } from '#models/login/ticket.ts';
import type { Sealer } from '#models/sealing.ts';
import { digest } from '#operations/digest.ts';

export type Reached = {
  readonly status: LoginStatus;
  readonly reason: FailureReason | undefined;
  readonly entId: string;
  /** Which enterprise of its ent_id it was begun for; '' where that is not known. */
  readonly enterprise: string;
  /** Whose it is, where it ended as `ready`. */
  readonly identity: Identity | undefined;
  /** It ended more than a minute ago: that its person is still bound is to be looked up. */
  readonly isStale: boolean;
};
export type Identified = Pick<Reached, 'entId' | 'enterprise'> & { readonly identity: Identity };

export type ReachedLogins = ReturnType<typeof createReachedLogins>;

/** Logins whose goal is not a ticket: whom they brought. One Redis command each; throws what Redis throws. */
export function createReachedLogins(store: LoginStore, sealer: Pick<Sealer, 'open'>) {
  const nameOf = (clientId: string) => digest(clientId).slice(0, 22);

  function openIdentity(loginId: string, browser: string, sealed: string): Identity {
    const { ticket: _worthNothing, ...identity } = openOutcome(sealer, { loginId, browser }, sealed);
    return identity;
  }

  return {
    /** Undefined for what is not this browser's login for this goal. */
    async reach(loginId: string, goal: Goal, browser: string): Promise<Reached | undefined> {
      if (!isLoginId(loginId)) return undefined;
      const given = { goal, asking: browser, lifetimeMs: reachedLifetimeMs };
      const reply = (await store.run('reach-goal', loginId, given)) as ReachReply | null;
      if (reply === null) return undefined;
      const { status, reason, entId, enterprise, sealed, isStale } = reply;
      const identity = status === 'ready' ? openIdentity(loginId, browser, sealed) : undefined;
      return { status, reason: reason || undefined, entId, enterprise, identity, isStale: isStale === 1 };
    },

    /**
     * Undefined when the login stands for nobody any more: unbound, past its time, or, when a client is told, left or revoked;
     * a code (`isCode`) is worth nothing to one that was left, and still something to one that was revoked.
     */
    async identify(
      loginId: string,
      of?: { clientId: string; isCode: boolean },
    ): Promise<Identified | undefined> {
      const given = {
        client: of === undefined ? '' : nameOf(of.clientId),
        isCode: of?.isCode === true ? 1 : 0,
      };
      const reply = (await store.run('identify', loginId, given)) as IdentifyReply | null;
      if (reply === null) return undefined;
      const { sealed, browser, entId, enterprise } = reply;
      return { entId, enterprise, identity: openIdentity(loginId, browser, sealed) };
    },

    /** Takes back what a client was granted; `left`: the person logged out, so that codes go with it. */
    async revoke(loginId: string, clientId: string, why: 'revoked' | 'left' = 'revoked'): Promise<void> {
      await store.run('revoke-grant', loginId, { client: nameOf(clientId), why });
    },
  };
}

type ReachReply = Pick<Reached, 'status' | 'entId' | 'enterprise'> & {
  readonly reason: FailureReason | '';
  readonly sealed: string;
  readonly isStale: 0 | 1;
};
type IdentifyReply = Pick<Identified, 'entId' | 'enterprise'> & {
  readonly sealed: string;
  readonly browser: string;
};
