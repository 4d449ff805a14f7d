import { randomUUID } from 'node:crypto';
import type { Goal } from '#models/login/goal.ts';
import { settledChannel } from '#models/login/settled-channel.ts';
import type { GoodEnd } from '#models/login/status.ts';
import { isLoginId, type LoginStore, settledLifetimeMs } from '#models/login/store.ts';
import { personDigest } from '#models/login/unbinding.ts';
import { randomBytes } from '#models/random-bytes.ts';
import type { Sealer } from '#models/sealing.ts';
import { digest } from '#operations/digest.ts';

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
  /** On a desktop that a phone let in. */
  readonly via?: 'scan';
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

/** Of a login, for the browser whose it was when it settled: it opens for no other. */
type Settled = { readonly loginId: string; readonly browser: string };
const placeOf = ({ loginId, browser }: Settled) => `login:${loginId}:outcome:${browser}`;
const legacyPlaceOf = ({ loginId }: Settled) => `login:${loginId}:outcome`;

export function sealOutcome(sealer: Sealer, of: Settled, outcome: Outcome): string {
  return sealer.seal(JSON.stringify(outcome), placeOf(of), legacyPlaceOf(of));
}

export function openOutcome(sealer: Pick<Sealer, 'open'>, of: Settled, sealed: string): Outcome {
  return JSON.parse(sealer.open(sealed, placeOf(of), legacyPlaceOf(of))) as Outcome;
}

export type Tickets = ReturnType<typeof createTickets>;
export type TakenTicket = {
  readonly loginId: string;
  readonly browser: string;
  readonly outcome: Outcome;
  readonly target: string;
  /** The host's own value from the link; '' when it gave none. */
  readonly hostState: string;
  /** What the login is for; '' for a ticket. */
  readonly goal: Goal | '';
  /** `scan`: it is of a desktop that a phone let in; else ''. */
  readonly via: 'scan' | '';
  /** ms of Redis's clock, all three. */
  readonly begunAt: number;
  readonly expiresAt: number;
  readonly now: number;
  /** Nobody had it, of this login, before. */
  readonly isFirst: boolean;
};

/** What the host sends beside a ticket. */
export type Proof = {
  /** RFC 7636: asked for when the login was begun with a challenge, and refused when it was not. */
  readonly verifier?: string | undefined;
  /** The host's name of this request (Idempotency-Key): a repeat gets the same answer while the ticket lives. */
  readonly request?: string | undefined;
  /** Which enterprise of its ent_id asks (documentIdOf): a ticket of a former one is none of its. */
  readonly enterprise?: string | undefined;
};

type Taking = Pick<Proof, 'enterprise'> & { readonly redemption: string; readonly verifier: string };

/** A ticket is dead after as many wrong verifiers. */
const mostWrongVerifiers = 5;
const notAskedFor = '-';
const lookOnly = '0';

/** Tickets and bind tickets: only their digests are compared, inside Redis, where the login's state is checked too. */
export function createTickets(store: LoginStore, sealer: Sealer) {
  async function take(
    status: GoodEnd,
    entId: string,
    ticket: string,
    { redemption, verifier, enterprise = '' }: Taking,
  ): Promise<TakenTicket | undefined> {
    const loginId = loginIdOf(ticket);
    if (loginId === undefined) return undefined;
    const reply = (await store.run('take-ticket', loginId, {
      wanted: status,
      forEntId: entId,
      given: digest(ticket),
      redemption,
      verifier,
      mostWrong: mostWrongVerifiers,
      asking: enterprise,
    })) as
      | (Omit<TakenTicket, 'loginId' | 'outcome' | 'isFirst'> & {
          readonly sealed: string;
          readonly isFirst: number;
        })
      | null;
    if (reply === null) return undefined;
    const { sealed, isFirst, ...taken } = reply;
    return {
      loginId,
      ...taken,
      isFirst: isFirst === 1,
      outcome: openOutcome(sealer, { loginId, browser: taken.browser }, sealed),
    };
  }

  /** `knownAt`: when the binding was looked at, by Redis's clock. */
  async function replace(
    loginId: string,
    from: GoodEnd,
    oldTicket: string,
    { entId, browser, identity, knownAt, request }: Replacement & { request: string },
  ) {
    const { ticket: _old, ...rest } = { ticket: '', ...identity };
    const outcome: Outcome = { ...rest, ticket: createTicket(loginId) };
    const sealed = sealOutcome(sealer, { loginId, browser }, outcome);
    const replaced = await store.run('replace-ticket', loginId, {
      from,
      oldTicket: digest(oldTicket),
      outcome: sealed,
      newTicket: digest(outcome.ticket),
      ticketMs: ticketLifetimeMs,
      longestMs: settledLifetimeMs,
      knownAt,
      person: personDigest({ entId, ...identity }),
      request,
      channel: settledChannel(store.prefix),
      id: loginId,
    });
    return replaced === 1 ? outcome : undefined;
  }

  return {
    /** Uses a ticket up. Undefined when it is used, expired, unknown, another enterprise's or lacks its verifier: all alike. */
    redeem: (entId: string, ticket: string, { verifier, request, enterprise }: Proof = {}) =>
      take('ready', entId, ticket, {
        enterprise,
        redemption: request === undefined ? randomUUID() : digest(request),
        verifier: verifier === undefined ? '' : digest(verifier),
      }),

    /** Looks at a bind ticket without using it up, for the host to show whose WeChat it is. */
    lookAtBind: (entId: string, bindTicket: string, { enterprise }: Pick<Proof, 'enterprise'> = {}) =>
      take('bind', entId, bindTicket, { enterprise, redemption: lookOnly, verifier: notAskedFor }),

    /** The bind ticket of a request that means to use it up. Also that of a login which this very request has bound already. */
    findBind: (entId: string, bindTicket: string, { verifier, request, enterprise }: Proof = {}) =>
      take('bind', entId, bindTicket, {
        enterprise,
        redemption: request === undefined ? lookOnly : digest(request),
        verifier: verifier === undefined ? '' : digest(verifier),
      }),

    /** Uses the bind ticket up and makes the waiting login ready. Undefined when somebody else just did. */
    completeBind: (
      loginId: string,
      bindTicket: string,
      { request, ...known }: Replacement & Pick<Proof, 'request'>,
    ) =>
      replace(loginId, 'bind', bindTicket, {
        ...known,
        request: request === undefined ? '' : digest(request),
      }),

    /** A fresh ticket for a page that came back after the first one had expired. Undefined once one was redeemed, or unbound. */
    renew: (loginId: string, oldTicket: string, known: Replacement) =>
      replace(loginId, 'ready', oldTicket, { ...known, request: '' }),
  };
}

export type Replacement = {
  readonly entId: string;
  readonly browser: string;
  readonly identity: Identity;
  /** When the binding was looked at, or a moment before; ms of Redis's clock. */
  readonly knownAt: number;
};
