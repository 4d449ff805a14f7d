import { randomUUID } from 'node:crypto';
import { isLoginId, type LoginStore, recordLifetimeMs } from '#models/login-moves.ts';
import { randomBytes } from '#models/random-bytes.ts';
import { digest, type Sealer } from '#models/sealing.ts';

export const ticketLifetimeMs = 60_000;
export const bindTicketLifetimeMs = 10 * 60_000;

/** Who logged in: what the host gets for a ticket. Sealed in the login's record until then. */
export type Identity = {
  readonly userId: string;
  readonly appid: string;
  readonly openid: string;
  readonly unionid?: string;
  readonly nickname: string;
  readonly avatarUrl: string;
  readonly created: boolean;
  /** ISO 8601. */
  readonly authenticatedAt: string;
};

/** The sealed outcome of a login: the identity and the ticket that stands for it. `userId` is empty until a bind. */
export type Outcome = Identity & { readonly ticket: string };

/** A ticket is its login's id followed by 256 random bits, so that it is found without an index of its own. */
export function createTicket(loginId: string): string {
  return loginId + randomBytes(32).toString('base64url');
}

/** The login a ticket belongs to; undefined for anything that cannot be a ticket. */
export function loginIdOf(ticket: string): string | undefined {
  const id = ticket.slice(0, 34);
  return isLoginId(id) && /^[\w-]{43}$/.test(ticket.slice(34)) ? id : undefined;
}

const placeOf = (loginId: string) => `login:${loginId}:outcome`;

export function sealOutcome(sealer: Sealer, loginId: string, outcome: Outcome): string {
  return sealer.seal(JSON.stringify(outcome), placeOf(loginId));
}

export function openOutcome(sealer: Sealer, loginId: string, sealed: string): Outcome {
  return JSON.parse(sealer.open(sealed, placeOf(loginId))) as Outcome;
}

export type Tickets = ReturnType<typeof createTickets>;
export type TakenTicket = { readonly loginId: string; readonly outcome: Outcome; readonly target: string };

/** Tickets and bind tickets: only their digests are compared, inside Redis, where the login's state is checked too. */
export function createTickets(store: LoginStore, sealer: Sealer) {
  async function take(
    status: 'ready' | 'bind',
    entId: string,
    ticket: string,
    consume: boolean,
  ): Promise<TakenTicket | undefined> {
    const loginId = loginIdOf(ticket);
    if (loginId === undefined) return undefined;
    const reply = await store.run(
      'take-ticket',
      loginId,
      status,
      entId,
      digest(ticket),
      consume ? randomUUID() : 0,
    );
    if (!Array.isArray(reply)) return undefined;
    const [sealed, target] = reply as [string, string];
    return { loginId, outcome: openOutcome(sealer, loginId, sealed), target };
  }

  async function replace(loginId: string, from: 'ready' | 'bind', oldTicket: string, identity: Identity) {
    const { ticket: _old, ...rest } = { ticket: '', ...identity };
    const outcome: Outcome = { ...rest, ticket: createTicket(loginId) };
    const sealed = sealOutcome(sealer, loginId, outcome);
    const replaced = await store.run(
      'replace-ticket',
      loginId,
      from,
      digest(oldTicket),
      'ready',
      sealed,
      digest(outcome.ticket),
      ticketLifetimeMs,
      recordLifetimeMs,
    );
    return replaced === 1 ? { outcome, sealed } : undefined;
  }

  return {
    /** Uses a ticket up. Undefined when it is used, expired, unknown or another enterprise's: all alike. */
    redeem: (entId: string, ticket: string) => take('ready', entId, ticket, true),

    /** Looks at a bind ticket without using it up. */
    findBind: (entId: string, bindTicket: string) => take('bind', entId, bindTicket, false),

    /** Uses the bind ticket up and makes the waiting login ready. Undefined when somebody else just did. */
    completeBind: (loginId: string, bindTicket: string, identity: Identity) =>
      replace(loginId, 'bind', bindTicket, identity),

    /** A fresh ticket for a page that came back after the first one had expired. Undefined once one was redeemed. */
    renew: (loginId: string, outcome: Outcome) => replace(loginId, 'ready', outcome.ticket, outcome),
  };
}
