import type { HoldReason } from '#ingress/admission/hold-reason.ts';
import { goalPath } from '#ingress/http/goal-path.ts';
import type { PersonKey } from '#models/documents/binding.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { LoginRecord, LoginRecords } from '#models/login/record.ts';
import type { FailureReason, GoodEnd, LoginStatus } from '#models/login/status.ts';
import { type Outcome, openOutcome, type Tickets } from '#models/login/ticket.ts';
import type { Sealer } from '#models/sealing.ts';
import { sourceOf } from '#wechat/sources/all-sources.ts';

/** What the page is told: the answer to GET /logins/{id}/status. */
export type LoginView = {
  readonly status: LoginStatus;
  readonly location?: string;
  readonly reason?: FailureReason;
  /** For `pending`: what it waits for, where that is not just WeChat's answer. */
  readonly because?: HoldReason;
  /** For `reauthorize`: go by itself after this time; absent: the person must tap. */
  readonly retry_after_ms?: number;
  /** For the page alone: the nickname of who is in, to be greeted by. */
  readonly who?: string;
};

export type LoginViews = ReturnType<typeof createLoginViews>;

/** Authorisations a page makes by itself in one login. */
const ownReauthorizations = 2;
/** A login ends within the five minutes of its code, give or take this. */
const underWayMs = 2_500;
/** Spreads the people of a broadcast whose codes died together. */
const reauthorizeSpreadMs = 3_000;

/** Tells from a login's record how it stands, judged by the clock that came with it, and where to go next. */
export function createLoginViews(deps: {
  directory: Directory;
  sealer: Sealer;
  tickets: Tickets;
  /** Whether the person is still bound to this user. Throws what MongoDB throws. */
  isBound: (person: PersonKey & { readonly userId: string }) => Promise<boolean>;
  read: LoginRecords['read'];
  codeLifetimeMs: number;
  openOrigin: string;
  publicUrl: string;
  /** What logins of this account wait for at the moment. */
  whyWaits?: (appid: string) => HoldReason | undefined;
  /** Hears of a login whose time, or that of its code, is over though no worker ended it: at every view of it. */
  onExpired?: (login: LoginRecord) => void;
}) {
  const {
    directory,
    sealer,
    tickets,
    isBound,
    codeLifetimeMs,
    onExpired = () => {},
    whyWaits = () => undefined,
  } = deps;

  function reauthorize(login: LoginRecord): LoginView {
    const { appid, scope, id, rounds } = login;
    const source = sourceOf(directory.recallAccount(appid));
    const location = source.authorizeUrl({
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

  async function ended(login: LoginRecord, status: GoodEnd): Promise<LoginView> {
    const enterprise = await directory.findEnterprise(login.entId);
    if (enterprise === undefined) return { status: 'failed', reason: 'misconfigured' };
    const path = goalPath(login);
    // The phone of a scan has done its part, also where its person is to be bound: what its desktop is told is another matter.
    if (path !== undefined) return { status: 'ready', location: deps.publicUrl + path };
    const outcome = openOutcome(sealer, { loginId: login.id, browser: login.browser }, login.outcome ?? '');
    if (status === 'bind') {
      const { bindUrl, loginUrl } = enterprise;
      return { status: 'bind', location: wayBack(bindUrl ?? loginUrl, 'bind_ticket', outcome.ticket, login) };
    }
    const isStale = login.ticketDiesAt !== 0 && login.now >= login.ticketDiesAt;
    const current = isStale ? await renewed(login, outcome) : outcome;
    if (current === undefined) return viewOfNow(login);
    const location = wayBack(enterprise.loginUrl, 'ticket', current.ticket, login);
    return { status: 'ready', location, ...(current.nickname && { who: current.nickname }) };
  }

  /** A person who was unbound since gets no fresh ticket, whoever unbound him. */
  async function renewed(login: LoginRecord, identity: Outcome): Promise<Outcome | undefined> {
    const { id, entId, browser, now: knownAt } = login;
    if (!(await isBound({ ...identity, entId }))) return undefined;
    return tickets.renew(id, identity.ticket, { entId, browser, identity, knownAt });
  }

  /** Its ticket was renewed, redeemed or revoked a moment before. */
  async function viewOfNow(before: LoginRecord): Promise<LoginView> {
    const login = await deps.read(before.id);
    const hasChanged =
      login !== undefined && (login.isRedeemed || login.isUnbound || login.outcome !== before.outcome);
    return hasChanged ? viewOf(login) : { status: 'failed', reason: 'expired' };
  }

  function pending({ appid }: LoginRecord): LoginView {
    const because = whyWaits(appid);
    return { status: 'pending', ...(because && { because }) };
  }

  async function viewOf(login: LoginRecord): Promise<LoginView> {
    switch (login.status) {
      case 'ready':
        // Its ticket did its work, or is worth nothing: a page that comes back must not carry it to the host.
        if (login.isRedeemed || login.isUnbound) return { status: 'failed', reason: 'expired' };
        return ended(login, login.status);
      case 'bind':
        if (login.now >= login.ticketDiesAt && login.ticketDiesAt !== 0)
          return { status: 'failed', reason: 'expired' };
        return ended(login, login.status);
      case 'reauthorize':
        return reauthorize(login);
      case 'snapshot':
        return { status: 'snapshot' };
      case 'failed':
        return { status: 'failed', reason: login.reason ?? 'internal' };
      case 'pending':
        // Nothing hangs: past its time a login has its answer even when no worker is left to give it.
        if (login.stage === 'open') {
          if (login.now < login.begunAt + codeLifetimeMs) return { status: 'pending' };
          onExpired(login);
          return { status: 'failed', reason: 'expired' };
        }
        if (login.now < pendingUntil(login)) return pending(login);
        onExpired(login);
        return reauthorize(login);
    }
  }

  return viewOf;
}

/**
 * Until when a login with a code is waited for, by Redis's clock. A code that was sent in time may be answered a moment later, and one
 * that was traded is needed no more: its person would be asked again for nothing.
 */
export function pendingUntil({ stage, codeDiesAt }: Pick<LoginRecord, 'stage' | 'codeDiesAt'>): number {
  if (codeDiesAt === undefined) return Number.POSITIVE_INFINITY;
  const isUnderWay = stage === 'exchanging' || stage === 'exchanged';
  return codeDiesAt + (isUnderWay ? underWayMs : 0);
}

/** Where the host takes over; its own `state` goes back to it, as in OAuth. */
function wayBack(
  url: string,
  name: 'ticket' | 'bind_ticket',
  ticket: string,
  { entId, target, hostState }: LoginRecord,
): string {
  const location = new URL(url);
  location.searchParams.append(name, ticket);
  location.searchParams.append('ent_id', entId);
  if (name === 'ticket' && target !== '') location.searchParams.append('target', target);
  if (hostState) location.searchParams.append('state', hostState);
  return location.href;
}
