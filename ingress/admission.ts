import type { Context } from 'koa';
import type { Backlog } from '#ingress/backlog.ts';
import type { Traffic } from '#ingress/traffic.ts';
import { withinASecond } from '#ingress/within-a-second.ts';
import { shardOfAccount } from '#models/login-moves.ts';
import type { Sealer } from '#models/sealing.ts';
import type { LineState, WaitingLine } from '#models/waiting-line.ts';

/** Above this wait nobody more of a flooding enterprise is sent to WeChat: a code minted now would spend its life in line. */
const holdAboveMs = 20_000;
/** Where the backlog is steered to while people are held: long enough never to run dry, far from a code's five minutes. */
const steerToMs = 12_000;
/** Part of the missing backlog that is called in at each reading; people take seconds to come back from WeChat. */
const gain = 0.15;
/** The rate is an estimate that may be far too low for a moment: nobody sleeps on it for longer than this … */
const longestRetryMs = 20_000;
/** … unless so many wait that their coming back would keep the door busy: it must have its time for those who are let in. */
const returnsPerSecond = 200;

export type Admission = ReturnType<typeof createAdmission>;
export type Held = { readonly place: number; readonly waitMs: number; readonly retryAfterMs: number };

/**
 * The door before a code exists. Under more load than the workers carry, the people of a flooding enterprise get a number
 * and a page that comes back by itself; their turn comes in order, at the rate the queue drains. Others walk in.
 */
export function createAdmission(deps: {
  backlog: Backlog;
  line: WaitingLine;
  traffic: Traffic;
  sealer: Sealer;
  shards: number;
  isSecure: boolean;
  onError: (error: unknown) => void;
}) {
  const { backlog, line, traffic, sealer, shards, isSecure } = deps;
  const cookieName = `${isSecure ? '__Host-' : ''}wechat-login-line`;
  const lines: LineState[] = Array.from({ length: shards }, () => ({ issued: 0, called: 0 }));

  async function callNext(shard: number): Promise<void> {
    const { waitMs, perSecond } = backlog.of(shard);
    const missing = (Math.max(steerToMs - waitMs, 0) / 1_000) * perSecond;
    lines[shard] = await line.advance(shard, Math.ceil(missing * gain), backlog.readEachMs * 0.9);
  }
  const timer = setInterval(() => {
    for (const [shard, { issued, called }] of lines.entries()) {
      const isNeeded = issued > called || backlog.of(shard).waitMs > 0;
      if (isNeeded) callNext(shard).catch(deps.onError);
    }
  }, backlog.readEachMs);

  /** The number this browser holds in this shard's line. */
  function numberOf(ctx: Context, place: string): number | undefined {
    const sealed = ctx.cookies.get(cookieName);
    if (sealed === undefined || sealed.length > 200) return undefined;
    try {
      return Number(sealer.open(sealed, place));
    } catch {
      // Another shard's, another browser's, or forged: it takes a new number.
      return undefined;
    }
  }

  return {
    /** Undefined: come in. Call once for each start of a login, after the browser has its cookie. */
    async hold(
      ctx: Context,
      { entId, appid }: { entId: string; appid: string },
      browser: string,
    ): Promise<Held | undefined> {
      traffic.note(entId);
      const shard = shardOfAccount(appid, shards);
      const { waitMs, perSecond } = backlog.of(shard);
      const state = lines[shard] ?? { issued: 0, called: 0 };
      const isOpen = waitMs < holdAboveMs && state.called >= state.issued;
      if (isOpen || !traffic.isHeavy(entId)) return undefined;

      const place = `line:${shard}:${browser}`;
      let number = numberOf(ctx, place);
      if (number !== undefined && number <= state.called) return undefined;
      if (number === undefined || number > state.issued + 100_000) {
        const joined = await withinASecond(() => line.join(shard));
        lines[shard] = joined;
        number = joined.issued;
        ctx.append(
          'Set-Cookie',
          `${cookieName}=${sealer.seal(String(number), place)}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`,
        );
      }
      const { issued, called } = lines[shard] ?? state;
      const ahead = Math.max(number - called, 1);
      const untilTurnMs = (ahead / perSecond) * 1_000 + waitMs;
      const longestMs = Math.max(longestRetryMs, ((issued - called) / returnsPerSecond) * 1_000);
      const retryAfterMs =
        Math.min(Math.max((ahead / perSecond) * 1_000, 3_000), longestMs) * (1 + Math.random() * 0.2);
      return { place: ahead, waitMs: untilTurnMs, retryAfterMs };
    },
    close: () => clearInterval(timer),
  };
}
