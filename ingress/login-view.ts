import { authorizeUrl } from '#ingress/authorize-url.ts';
import type { Directory } from '#models/directory.ts';
import type { LoginRecord, LoginRecords } from '#models/login-record.ts';
import type { FailureReason, LoginStatus } from '#models/login-status.ts';
import type { Sealer } from '#models/sealing.ts';
import { openOutcome, type Tickets } from '#models/ticket.ts';

/** What the page is told: the answer to GET /logins/{id}/status. */
export type LoginView = {
  readonly status: LoginStatus;
  readonly location?: string;
  readonly reason?: FailureReason;
  /** For `reauthorize`: go by itself after this time; absent: the person must tap. */
  readonly retry_after_ms?: number;
};

export type LoginViews = ReturnType<typeof createLoginViews>;

/** Authorisations a page makes by itself in one login. */
const ownReauthorizations = 2;
/** Spreads the people of a broadcast whose codes died together. */
const reauthorizeSpreadMs = 3_000;

/** Tells from a login's record how it stands, judged by the clock that came with it, and where to go next. */
export function createLoginViews(deps: {
  directory: Directory;
  sealer: Sealer;
  tickets: Tickets;
  read: LoginRecords['read'];
  codeLifetimeMs: number;
  openOrigin: string;
  publicUrl: string;
}) {
  const { directory, sealer, tickets, codeLifetimeMs } = deps;

  function reauthorize(login: LoginRecord): LoginView {
    const { appid, scope, id, rounds } = login;
    const location = authorizeUrl({
      openOrigin: deps.openOrigin,
      publicUrl: deps.publicUrl,
      appid,
      scope,
      state: id,
    });
    // Where no worker is left to settle them, each code that died is a round of its own.
    const lostRounds = login.stage === 'settled' ? rounds : Math.max(rounds + 1, login.codes);
    if (lostRounds > ownReauthorizations) return { status: 'reauthorize', location };
    // No code was lost: base-first asks for the profile now, and that waits for nothing.
    const isNextStep = rounds === 0 && login.stage === 'settled';
    const spreadMs = isNextStep ? 0 : Math.round(Math.random() * reauthorizeSpreadMs);
    return { status: 'reauthorize', location, retry_after_ms: spreadMs };
  }

  async function withTicket(login: LoginRecord, sealedOutcome: string): Promise<LoginView> {
    const enterprise = await directory.findEnterprise(login.entId);
    if (enterprise === undefined) return { status: 'failed', reason: 'misconfigured' };
    const outcome = openOutcome(sealer, login.id, sealedOutcome);
    if (login.status === 'bind') {
      const location = new URL(enterprise.bindUrl ?? enterprise.loginUrl);
      location.searchParams.append('bind_ticket', outcome.ticket);
      location.searchParams.append('ent_id', login.entId);
      return { status: 'bind', location: location.href };
    }
    const isStale = login.ticketDiesAt !== 0 && login.now >= login.ticketDiesAt;
    const current = isStale ? (await tickets.renew(login.id, outcome))?.outcome : outcome;
    if (current === undefined) return viewOfNow(login);
    const location = new URL(enterprise.loginUrl);
    location.searchParams.append('ticket', current.ticket);
    location.searchParams.append('ent_id', login.entId);
    if (login.target !== '') location.searchParams.append('target', login.target);
    return { status: 'ready', location: location.href };
  }

  /** Its ticket was renewed, or redeemed, a moment before. */
  async function viewOfNow(before: LoginRecord): Promise<LoginView> {
    const login = await deps.read(before.id);
    const hasChanged = login !== undefined && (login.isRedeemed || login.outcome !== before.outcome);
    return hasChanged ? viewOf(login) : { status: 'failed', reason: 'expired' };
  }

  async function viewOf(login: LoginRecord): Promise<LoginView> {
    switch (login.status) {
      case 'ready':
        // Its ticket did its work; a page that comes back must not carry it to the host again.
        if (login.isRedeemed) return { status: 'failed', reason: 'expired' };
        return withTicket(login, login.outcome ?? '');
      case 'bind':
        if (login.now >= login.ticketDiesAt && login.ticketDiesAt !== 0)
          return { status: 'failed', reason: 'expired' };
        return withTicket(login, login.outcome ?? '');
      case 'reauthorize':
        return reauthorize(login);
      case 'snapshot':
        return { status: 'snapshot' };
      case 'failed':
        return { status: 'failed', reason: login.reason ?? 'internal' };
      case 'pending':
        // Nothing hangs: past its time a login has its answer even when no worker is left to give it.
        if (login.stage === 'open') {
          const isOver = login.now >= login.begunAt + codeLifetimeMs;
          return isOver ? { status: 'failed', reason: 'expired' } : { status: 'pending' };
        }
        return login.codeDiesAt !== undefined && login.now >= login.codeDiesAt
          ? reauthorize(login)
          : { status: 'pending' };
    }
  }

  return viewOf;
}
