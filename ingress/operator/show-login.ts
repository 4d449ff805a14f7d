import { Router } from '@koa/router';
import mongoose from 'mongoose';
import type { RedisClient } from '#connections/redis-client.ts';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import type { LoginHistoryDocument, LoginHistoryModel } from '#models/documents/login-history.ts';
import { exchangeJobId } from '#models/login/job.ts';
import type { LoginRecord, LoginRecords } from '#models/login/record.ts';
import { isLoginId } from '#models/login/store.ts';
import { digitsOf, findBySupportCode, supportCodeOf } from '#models/login/support-code.ts';

const mostRounds = 50;

/** Where the logins' records are. */
export type Stored = { readonly redis: RedisClient; readonly prefix: string; readonly shards: number };
type Step = { readonly at: string; readonly step: string } & Readonly<Record<string, unknown>>;

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
  } & Stored,
): Router {
  const { records, redis, prefix, history, shards, whyWaits } = deps;
  const router = new Router({ prefix: '/operate/logins' });

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
    const because = login?.status === 'pending' ? whyWaits(login.appid) : undefined;
    ctx.body = {
      login: id,
      support_code: supportCodeOf(id),
      ent_id: login?.entId ?? rounds.at(-1)?.entId,
      appid: login?.appid ?? rounds.at(-1)?.appid,
      status: login?.status ?? rounds.at(-1)?.outcome,
      ...(login && standingOf(login)),
      ...(because && { because }),
      timeline: [
        ...(login ? begun(login) : []),
        ...rounds.filter(({ _id }) => _id.startsWith(`${id}:`)).map(ended),
      ],
    };
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
