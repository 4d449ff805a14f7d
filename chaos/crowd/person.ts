import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, createBrowser, send } from './browser.ts';
import type { CrowdPlan, Journal, Outcome, Role, Round } from './journal.ts';
import { createStranger } from './stranger.ts';

type View = { status: string; location?: string; reason?: string; retry_after_ms?: number };
/** The page begins a lost login anew so often by itself. */
const mostHeals = 2;

/**
 * One person: opens the link, says yes at WeChat, waits as the waiting page does, and lets the host redeem the ticket.
 * Resolves with the journal, whatever happened.
 */
export async function livePerson(
  plan: CrowdPlan,
  who: { person: string; role: Role; index: number; random: () => number; doorsCloseAt: number },
): Promise<Journal> {
  const { person, role, index, random, doorsCloseAt } = who;
  const enterprise = plan.enterprises[plan.entOf === 'second' ? 1 : 0];
  if (enterprise === undefined) throw new Error('a person without an enterprise');
  const { entId, apiKey } = enterprise;
  const browser = createBrowser(plan.ingressUrls, index);
  const startedAt = Date.now();
  const deadline = startedAt + plan.patienceMs;
  const journal: Journal = {
    person,
    entId,
    role,
    startedAt,
    holds: 0,
    slowestHoldMs: 0,
    rounds: [],
    reauthorizations: [],
    heals: [],
    taps: 0,
    refusals: 0,
    outcome: 'underway',
    endedAt: 0,
    leaks: [],
    detail: '',
  };

  const staysUntil = () => (journal.rounds.length === 0 ? Math.min(deadline, doorsCloseAt) : deadline);
  const isOver = () => Date.now() >= staysUntil();

  /** A request as a browser's reload or a page's retry sends it, until something other than "not now" is answered. */
  async function insist(path: string, { isHold = false } = {}): Promise<Answer | undefined> {
    for (let failures = 1; !isOver(); failures += 1) {
      const begun = Date.now();
      const answer = await browser.visit(path).catch(() => undefined);
      if (answer !== undefined && answer.status < 500) return answer;
      journal.refusals += 1;
      const retryAfterMs = 1_000 * Number(answer?.headers['retry-after'] ?? 0);
      if (isHold && answer?.status === 503) {
        journal.holds += 1;
        journal.slowestHoldMs = Math.max(journal.slowestHoldMs, Date.now() - begun);
      }
      const backoffMs = retryAfterMs || Math.min(15_000, 500 * 2 ** Math.min(failures, 5));
      const waitMs = isHold && retryAfterMs > 0 ? retryAfterMs : backoffMs * (0.5 + random()) + 100;
      await sleep(Math.min(waitMs, Math.max(staysUntil() - Date.now(), 0) + 1));
    }
    return undefined;
  }

  async function authorize(authorizeUrl: string): Promise<URL | undefined> {
    const url = new URL(authorizeUrl);
    while (!isOver()) {
      const answer = await send(url.origin, url.pathname + url.search, {
        headers: { 'x-simulator-person': person },
      }).catch(() => undefined);
      if (answer?.status === 302) return URL.parse(answer.headers.location ?? '') ?? undefined;
      await sleep(1_000);
    }
    return undefined;
  }

  /** From WeChat's page to the end of one round; answers where the browser goes next. */
  async function goRound(authorizeUrl: string): Promise<{ to: string } | Outcome> {
    const login = new URL(authorizeUrl).searchParams.get('state') ?? '';
    const isFirst = journal.rounds.length === 0;
    const stranger =
      isFirst && (role === 'watched' || role === 'injected')
        ? await createStranger(plan.ingressUrls, journal, index + 1)
        : undefined;
    if (role === 'injected') await stranger?.inject(journal, authorizeUrl, login);

    const callbacks = [await authorize(authorizeUrl)];
    if (isFirst && role === 'two-codes') callbacks.push(await authorize(authorizeUrl));
    const urls = callbacks.filter((url) => url !== undefined);
    const round: Round = {
      login,
      codes: urls.map((url) => url.searchParams.get('code') ?? ''),
      sentAt: Date.now(),
    };
    journal.rounds.push(round);
    if (isFirst && role === 'twice') urls.push(...urls);
    const answers = await Promise.all(urls.map((url) => insist(url.pathname + url.search)));
    const answer = answers.find((one) => one?.status === 303) ?? answers[0];
    if (answer === undefined) return 'refused';
    if (answer.status === 302) return { to: answer.headers.location ?? '' };
    // The login of this callback is no longer known: a page with a button that begins another.
    if (answer.status === 404) return heal();
    if (answer.status !== 303) {
      journal.detail = `the callback answered ${answer.status}`;
      return 'refused';
    }
    round.acceptedAt = Date.now();
    await stranger?.spy(journal, login);
    const beforeLeaving = async () => stranger?.spy(journal, login);
    const ticket = URL.parse(answer.headers.location ?? '')?.searchParams.get('ticket');
    const ahead = ticket
      ? await beforeLeaving().then(() => redeem(ticket))
      : await watch(login, beforeLeaving);
    round.endedAt = Date.now();
    return ahead;
  }

  /** The waiting page. */
  async function watch(login: string, beforeLeaving: () => Promise<void>): Promise<{ to: string } | Outcome> {
    // The page's end says how the login ended, if it ends while the page is kept open; else its script asks.
    let view = await drawPage(login);
    while (!isOver()) {
      const asked = Date.now();
      if (view === undefined) {
        const answer = await insist(`/logins/${login}/status?wait=25`);
        if (answer === undefined) return 'lost';
        if (answer.status === 404) return heal();
        view = JSON.parse(answer.body) as View;
      }
      switch (view.status) {
        case 'pending':
          await sleep(view.retry_after_ms ?? Math.max(0, asked + 1_000 - Date.now()));
          view = undefined;
          break;
        case 'ready':
          await beforeLeaving();
          return redeem(new URL(view.location ?? '').searchParams.get('ticket') ?? '');
        case 'reauthorize': {
          const byItself = view.retry_after_ms !== undefined;
          journal.reauthorizations.push({ login, at: Date.now(), byItself });
          if (!byItself) journal.taps += 1;
          // A tap takes a person a moment.
          await sleep(view.retry_after_ms ?? 1_000);
          return { to: view.location ?? '' };
        }
        default:
          journal.detail = `the page was told ${view.status} ${view.reason ?? ''}`;
          return 'failed';
      }
    }
    return 'lost';
  }

  /** The view at the page's end, if it has one. */
  async function drawPage(login: string): Promise<View | undefined> {
    const begun = Date.now();
    const page = await insist(`/logins/${login}`);
    const [, end] = /<i id="end" hidden data-view="([^"]*)"/.exec(page?.body ?? '') ?? [];
    if (end !== undefined) return JSON.parse(end.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as View;
    const [, askAfterMs = 0] = /data-ask-after-ms="(\d+)"/.exec(page?.body ?? '') ?? [];
    // A connection that broke tells a page nothing.
    if (page?.isCut) await sleep(Math.max(0, begun + Number(askAfterMs) - Date.now()));
    return undefined;
  }

  /** The login is unknown to the service: the page begins another. */
  function heal(): { to: string } | Outcome {
    journal.heals.push(Date.now());
    return journal.heals.length > mostHeals ? 'lost' : { to: '' };
  }

  /** The host's backend; its reply lost, the host can only ask again, and is told that the ticket is used. */
  async function redeem(ticket: string): Promise<Outcome> {
    const authorization = `Basic ${Buffer.from(`${entId}:${apiKey}`).toString('base64')}`;
    let isInDoubt = false;
    while (!isOver()) {
      const answer = await browser
        .visit('/v1/tickets/redeem', {
          method: 'POST',
          headers: { authorization, 'content-type': 'application/json' },
          body: JSON.stringify({ ticket }),
        })
        .catch(() => undefined);
      if (answer?.status === 200) {
        const told = JSON.parse(answer.body) as { openid: string; user_id: string; created: boolean };
        journal.identity = { openid: told.openid, userId: told.user_id, created: told.created };
        return 'ready';
      }
      if (answer?.status === 400) {
        journal.detail = 'the ticket was refused';
        return isInDoubt ? 'ready' : 'failed';
      }
      isInDoubt = true;
      journal.refusals += 1;
      await sleep(500 + random() * 500);
    }
    return 'lost';
  }

  /** Not a round of anybody's: no end is owed to it. */
  async function bringMadeUpCode(authorizeUrl: string): Promise<Outcome> {
    const state = new URL(authorizeUrl).searchParams.get('state') ?? '';
    await browser.visit(`/wechat/callback?code=made-up-${person}&state=${state}`).catch(() => undefined);
    return 'stranger';
  }

  async function live(): Promise<Outcome> {
    let next = '';
    while (!isOver()) {
      if (next === '') {
        const answer = await insist(`/wechatTransfer?ent_id=${entId}`, { isHold: true });
        if (answer?.status !== 302)
          return role === 'made-up'
            ? 'stranger'
            : answer === undefined && journal.rounds.length === 0
              ? 'refused'
              : 'lost';
        next = answer.headers.location ?? '';
      }
      if (role === 'made-up') return bringMadeUpCode(next);
      const ahead = await goRound(next);
      if (typeof ahead === 'string') return ahead;
      next = ahead.to;
    }
    if (role === 'made-up') return 'stranger';
    return journal.rounds.some(({ acceptedAt }) => acceptedAt !== undefined) ? 'lost' : 'refused';
  }

  journal.outcome = await live();
  journal.endedAt = Date.now();
  return journal;
}
