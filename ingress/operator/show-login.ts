import { Router } from '@koa/router';
import type { Context } from 'koa';
import mongoose from 'mongoose';
import type { RedisClient } from '#connections/redis-client.ts';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import { audit } from '#ingress/operator/audit.ts';
import type { LoginHistoryDocument, LoginHistoryModel } from '#models/documents/login-history.ts';
import { exchangeJobId } from '#models/login/job.ts';
import type { LoginRecord, LoginRecords } from '#models/login/record.ts';
import { isLoginId } from '#models/login/store.ts';
import { digitsOf, findBySupportCode, supportCodeOf } from '#models/login/support-code.ts';

const mostRounds = 50;

/** Where the logins' records are. */
export type Stored = { readonly redis: RedisClient; readonly prefix: string; readonly shards: number };
type Step = {
  readonly at: string;
  readonly step: string;
  readonly reason?: string;
  readonly errcode?: number;
  readonly cause?: string;
} & Readonly<Record<string, unknown>>;

/** How one login went, as JSON tells it. Nothing of the person is in it. */
export type LoginAnswer = {
  readonly login: string;
  readonly support_code: string;
  readonly ent_id: string | undefined;
  readonly appid: string | undefined;
  readonly status: string | undefined;
  readonly reason?: string;
  readonly because?: string;
  readonly timeline: readonly Step[];
} & Readonly<Record<string, unknown>>;

/**
 * GET /operate/logins/{id or support code}: how one login went, from its record (fifteen minutes) and the history (thirty
 * days). Nothing of the person is in it.
 */
export function showLogin(
  deps: {
    records: Pick<LoginRecords, 'read'>;
    history: LoginHistoryModel;
    /** What logins of this account wait for at the moment. */
    whyWaits: (appid: string) => string | undefined;
    /** For a browser. `digests`: names of its person in the history. */
    showPage: (ctx: Context, login: LoginAnswer, digests: readonly string[]) => void;
  } & Stored,
): Router {
  const { records, redis, prefix, history, shards, whyWaits, showPage } = deps;
  const router = new Router({ prefix: '/operate/logins', sensitive: true });

  router.get('/:name', async (ctx) => {
    const { name = '' } = ctx['params'] as { name?: string };
    const digits = isLoginId(name) ? undefined : digitsOf(name);
    if (!isLoginId(name) && digits === undefined)
      throw invalidRequest('name: a login’s id, or a support code such as 3F2A-90BC-11', ['name']);
    const rounds = await history
      .find(digits === undefined ? ofLogin(name) : { $or: ofDigits(digits, shards) })
      .sort({ at: 1 })
      .limit(mostRounds)
      .maxTimeMS(1_000)
      .lean();
    const known = digits === undefined ? name : rounds.at(-1)?._id.split(':', 1)[0];
    // Redis has no index of them: it is only gone through for one that has had no end yet.
    const id = known ?? (await findBySupportCode(redis, prefix, digits ?? ''))[0];
    const login = id === undefined ? undefined : await records.read(id);
    if (id === undefined || (login === undefined && rounds.length === 0))
      throw new Problem(404, 'not_found', 'There is no such login, or it is too long ago.');
    await audit(ctx, { action: 'find a login', object: `login ${id}` });
    const because = login?.status === 'pending' ? whyWaits(login.appid) : undefined;
    const mine = rounds.filter(({ _id }) => _id.startsWith(`${id}:`));
    const answer: LoginAnswer = {
      login: id,
      support_code: supportCodeOf(id),
      ent_id: login?.entId ?? mine.at(-1)?.entId,
      appid: login?.appid ?? mine.at(-1)?.appid,
      status: login?.status ?? mine.at(-1)?.outcome,
      ...(login && standingOf(login)),
      ...(because && { because }),
      timeline: [...(login ? begun(login) : []), ...mine.map(ended)],
    };
    // Whoever does not ask for a page is a program.
    if (ctx.accepts('json', 'html') !== 'html') {
      ctx.body = answer;
      return;
    }
    showPage(ctx, answer, [...new Set(mine.flatMap(({ openidDigest }) => openidDigest ?? []))]);
  });
  router.all('/:name', allowOnly('GET', 'HEAD'));
  return router;
}

const within = (prefix: string, last: string) => ({
  _id: mongoose.trusted({ $gte: prefix, $lt: prefix + last }),
});
const ofLogin = (id: string) => within(`${id}:`, '~');

/** Ids begin with their shard, two digits. */
const ofDigits = (digits: string, shards: number) =>
  Array.from({ length: shards }, (_, shard) => within(shard.toString(16).padStart(2, '0') + digits, 'g'));

function standingOf(login: LoginRecord) {
  const { id, stage, codes, rounds, codeDiesAt, isRedeemed, isUnbound, reason, job } = login;
  return {
    stage,
    codes,
    // Where the dashboard has it, as long as it does.
    ...(codes > 0 && { job: job ?? exchangeJobId(id, codes) }),
    lost_rounds: rounds,
    ...(reason && { reason }),
    ...(codeDiesAt !== undefined && stage !== 'settled' && { code_dies_at: iso(codeDiesAt) }),
    redeemed: isRedeemed,
    unbound: isUnbound,
  };
}

function begun({ begunAt, recordedAt }: LoginRecord): Step[] {
  return [
    { at: iso(begunAt), step: 'begun' },
    ...(recordedAt === undefined ? [] : [{ at: iso(recordedAt), step: 'code recorded' }]),
  ];
}

function ended({ _id, at, outcome, reason, errcode, endpoint, cause, timings }: LoginHistoryDocument): Step {
  return {
    at: at.toISOString(),
    step: 'ended',
    code: Number(_id.slice(_id.lastIndexOf(':') + 1)),
    outcome,
    ...(reason && { reason }),
    ...(errcode !== undefined && { errcode }),
    ...(endpoint && { endpoint }),
    ...(cause && { cause }),
    took_ms: timings,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
