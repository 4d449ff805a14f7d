import { parse } from 'basic-auth';
import type { Context, Middleware } from 'koa';
import { digest, sameDigest } from '#operations/digest.ts';
import type { Doorkeeper } from './doorkeeper.ts';
import { mayDo, type Operator, type OperatorRole } from './operator-roles.ts';

/** Two ways in for programs: a token as Bearer, or as the password of any user. */
const challenges = ['Bearer realm="operator"', 'Basic realm="operator", charset="UTF-8"'];
const stateKey = 'operator';

/** Who asks; undefined before {@link requireOperator}, or where it knows nobody. */
export const operatorOf = (ctx: Context): Operator => ctx.state[stateKey] as Operator;

/** Finds who has a token, by its digest. Rejects while it cannot be looked up. */
export type FindOperator = (tokenDigest: string) => Promise<Operator | undefined>;

/** Finds who has a token: ADMIN_TOKEN is root's, which needs no store; others are looked up. Digests are compared, so lengths do not show. */
export function createFindOperator(adminToken: string, findNamed: FindOperator): FindOperator {
  const ofRoot = digest(adminToken);
  return async (attempt) => {
    if (sameDigest(attempt, ofRoot)) return { name: 'root', role: 'root' };
    return findNamed(attempt);
  };
}

export type RequireOperator = {
  readonly find: FindOperator;
  /** Of a browser that signed in. */
  readonly findSession?: (ctx: Context) => Promise<Operator | undefined>;
  /** Paths that ask for nobody. */
  readonly open: readonly string[];
  /** The least role for a request. */
  readonly roleFor: (ctx: Context) => OperatorRole;
  /** Where a person is sent who is not signed in; undefined answers 401. */
  readonly signIn?: (ctx: Context) => string | undefined;
  /** Tells a person who may not; false leaves it to a program's answer. */
  readonly refuse?: (ctx: Context, operator: Operator, needed: OperatorRole) => boolean;
  readonly doorkeeper: Doorkeeper;
};

/** Refuses every request without a token or a session of the role that it needs, but for the `open` paths. */
export function requireOperator(deps: RequireOperator): Middleware {
  const { find, findSession = async () => undefined, open, roleFor, signIn, refuse, doorkeeper } = deps;

  /** Undefined when the answer is given. */
  async function byToken(ctx: Context, given: string): Promise<Operator | undefined> {
    const attempt = digest(given);
    const seconds = await doorkeeper.secondsToWait(ctx, attempt);
    // Not even compared, unlike a host's key: an operator may have chosen a token that can be guessed.
    if (seconds > 0) {
      doorkeeper.putOff();
      ctx.status = 429;
      ctx.set('Retry-After', String(seconds));
      ctx.body = {
        error: 'too_many_requests',
        error_description: 'Too many wrong tokens came from this address.',
      };
      return undefined;
    }
    let operator: Operator | undefined;
    try {
      operator = await find(attempt);
    } catch {
      // It is not ADMIN_TOKEN, which needs no store.
      await doorkeeper.noteUntold(ctx, attempt);
      unavailable(ctx);
      return undefined;
    }
    if (operator !== undefined) {
      doorkeeper.letIn(ctx, attempt);
      return operator;
    }
    await doorkeeper.turnAway(ctx, attempt);
    unauthorized(ctx);
    return undefined;
  }

  return async function requireOperator(ctx, next) {
    if (open.includes(ctx.path)) return next();
    const given = tokenOf(ctx.get('authorization'));
    // A store that is away signs nobody out: it says so, and a token as Bearer works on.
    const operator =
      given === undefined ? await findSession(ctx).catch(() => 'away' as const) : await byToken(ctx, given);
    if (operator === 'away') return unavailable(ctx);
    if (operator === undefined) {
      if (given !== undefined) return;
      const elsewhere = signIn?.(ctx);
      if (elsewhere === undefined) return unauthorized(ctx);
      ctx.status = 303;
      ctx.set('Location', elsewhere);
      ctx.body = '';
      return;
    }
    ctx.state[stateKey] = operator;
    const needed = roleFor(ctx);
    if (!mayDo(operator.role, needed)) {
      doorkeeper.noteForbidden(ctx, operator.name, needed);
      ctx.status = 403;
      if (refuse?.(ctx, operator, needed)) return;
      ctx.body = { error: 'forbidden', error_description: `This needs the role ${needed}.` };
      return;
    }
    return next();
  };
}

function unavailable(ctx: Context): void {
  ctx.status = 503;
  ctx.set('Retry-After', '2');
  ctx.body = {
    error: 'temporarily_unavailable',
    error_description: 'Whose token this is cannot be looked up at the moment. Try again.',
  };
}

function unauthorized(ctx: Context): void {
  ctx.status = 401;
  ctx.set('WWW-Authenticate', challenges);
  ctx.body = { error: 'unauthorized', error_description: 'The admin token is missing or wrong.' };
}

export function tokenOf(authorization: string): string | undefined {
  const bearer = /^ *Bearer +([\x21-\x7e]+) *$/i.exec(authorization);
  return bearer?.[1] ?? parse(authorization)?.pass;
}
