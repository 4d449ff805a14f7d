import type { Context } from 'koa';
import { LRUCache } from 'lru-cache';
import type { Backlog, Wait } from '#ingress/admission/backlog.ts';
import type { ClientName } from '#ingress/admission/client-name.ts';
import { type DoorLines, isShut } from '#ingress/admission/door-lines.ts';
import { createTraffic, type Traffic } from '#ingress/admission/enterprise-share.ts';
import type { HoldReason } from '#ingress/admission/hold-reason.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import { cookieName, setCookie } from '#ingress/http/set-cookie.ts';
import type { Sealer } from '#models/sealing.ts';

/** Above this wait nobody more of a flooding enterprise is sent to WeChat: a code minted now would spend its life in line. */
const holdAboveMs = 20_000;
/** Above this, nobody at all: an enterprise with few logins has its own short way through its account's line, but not past that. */
const holdAllAboveMs = 60_000;
/** The rate is an estimate that may be far too low for a moment: nobody sleeps on it for longer than this … */
const longestRetryMs = 20_000;
/** … nor that long on an account's, which may take many times as much a moment later. */
const longestRetryOfAccountMs = 8_000;
/** … unless so many wait that their coming back would keep the door busy: it must have its time for those who are let in. */
const returnsPerSecond = 200;
const mostAccounts = 10_000;

export type Admission = ReturnType<typeof createAdmission>;
export type Held = {
  readonly reason: HoldReason;
  /** What the operator who holds them says to them. */
  readonly sentence?: string;
  readonly place: number;
  readonly waitMs: number;
  readonly retryAfterMs: number;
};

/**
 * The door before a code exists. While an account takes no calls, or more come than it or the workers carry, people get a
 * number and a page that says why and comes back by itself; their turn comes in order, at the rate at which logins end. The
 * people of an enterprise that does not flood walk in.
 */
export function createAdmission(deps: {
  backlog: Pick<Backlog, 'waitOfLogin'>;
  lines: DoorLines;
  isNobodyThere: () => boolean;
  traffic: Traffic;
  clientName: ClientName;
  sealer: Sealer;
  isSecure: boolean;
  onHeld?: (reason: HoldReason) => void;
}) {
  const { backlog, lines, isNobodyThere, traffic, clientName, sealer, isSecure, onHeld = () => {} } = deps;
  // Not the name of release 0.1.0, whose numbers are of other lines: beside it people would lose their place at each visit.
  const placeCookie = cookieName('wechat-login-place', isSecure);
  const byAccount = new LRUCache<string, Traffic>({ max: mostAccounts });

  function noteTraffic(appid: string, entId: string): Traffic {
    traffic.note(entId);
    const own = byAccount.get(appid) ?? createTraffic();
    byAccount.set(appid, own);
    own.note(entId);
    return own;
  }

  /** The number this browser holds in this line. */
  function numberOf(ctx: Context, place: string): number | undefined {
    const sealed = ctx.cookies.get(placeCookie);
    if (sealed === undefined || sealed.length > 200) return undefined;
    try {
      return Number(sealer.open(sealed, place));
    } catch {
      // Another line's, another browser's, or forged: it takes a new number.
      return undefined;
    }
  }

  function reasonToHold(wait: Wait, isLineEmpty: boolean, isHeavy: boolean): HoldReason | undefined {
    if (isNobodyThere()) return 'no-workers';
    const { state, closedForMs, waitMs, reason, isPaused: isQueuePaused } = wait;
    if (isQueuePaused || isShut(state) || waitMs >= holdAllAboveMs) return reason;
    const isPaused = state === 'paused' && closedForMs > 0;
    const isCrowded = waitMs >= holdAboveMs || isPaused || !isLineEmpty;
    return isCrowded && isHeavy ? reason : undefined;
  }

  return {
    /** Undefined: come in. Call once for each start of a login, after the browser has its cookie. */
    async hold(
      ctx: Context,
      enterprise: { entId: string; appid: string },
      browser: string,
    ): Promise<Held | undefined> {
      const { entId, appid } = enterprise;
      const ofAccount = noteTraffic(appid, entId);
      const wait = backlog.waitOfLogin({ entId, appid, client: clientName(ctx) });
      const isNear = wait.isPaused || wait.waitMs > 0 || wait.state !== 'open' || isNobodyThere();
      const state = isNear ? lines.watch(wait.line) : lines.peek(wait.line);
      const isHeavy = wait.line !== appid || (wait.isOfAccount ? ofAccount : traffic).isHeavy(entId);
      const reason = reasonToHold(wait, state.called >= state.issued, isHeavy);
      if (reason === undefined) return undefined;
      if (isShut(wait.state) && !wait.isPaused && (await withinASecond(() => lines.mayTry(wait))))
        return undefined;

      const place = `line:${wait.line}:${browser}`;
      const known = numberOf(ctx, place);
      if (known !== undefined && known <= state.called && !isShut(wait.state) && !wait.isPaused)
        return undefined;
      let now = state;
      let number = known;
      // Another ingress handed it out a moment ago; or Redis has lost what it knew, and nobody would ever call it.
      if (number !== undefined && number > now.issued) now = await withinASecond(() => lines.look(wait.line));
      if (number === undefined || number > now.issued) {
        now = await withinASecond(() => lines.join(wait.line));
        number = now.issued;
        const sealed = sealer.seal(String(number), place);
        setCookie(ctx, placeCookie, sealed, { maxAgeSeconds: 3_600, isSecure });
      }
      onHeld(reason);
      return {
        reason,
        ...(wait.sentence !== undefined && { sentence: wait.sentence }),
        ...timesOf(wait, Math.max(number - now.called, 1), now.issued - now.called),
      };
    },
  };
}

function timesOf(wait: Wait, ahead: number, inLine: number) {
  const { state, perSecond, workersPerSecond, waitMs, closedForMs } = wait;
  const isOfAccount = state === 'paused' || state === 'unreachable' || perSecond < workersPerSecond;
  const untilCalledMs = Math.max((ahead / perSecond) * 1_000, closedForMs);
  const longestMs = Math.max(
    isOfAccount ? longestRetryOfAccountMs : longestRetryMs,
    (inLine / returnsPerSecond) * 1_000,
  );
  return {
    place: ahead,
    waitMs: (ahead / perSecond) * 1_000 + waitMs,
    retryAfterMs: Math.min(Math.max(untilCalledMs, 3_000), longestMs) * (1 + Math.random() * 0.2),
  };
}
