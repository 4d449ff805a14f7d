import { parse } from 'basic-auth';
import type { Middleware } from 'koa';
import { digest, sameDigest } from '#operations/digest.ts';
import type { Doorkeeper } from './doorkeeper.ts';

/** Two ways in: a program sends the token as Bearer, a browser as the password of any user. */
const challenges = ['Bearer realm="operator"', 'Basic realm="operator", charset="UTF-8"'];

/** Refuses every request without the token, but for the `open` paths. Digests are compared, so lengths do not show either. */
export function requireAdminToken(
  token: string,
  { open, doorkeeper }: { open: readonly string[]; doorkeeper: Doorkeeper },
): Middleware {
  const expected = digest(token);
  return async function requireAdminToken(ctx, next) {
    if (open.includes(ctx.path)) return next();
    const given = tokenOf(ctx.get('authorization'));
    if (given !== undefined) {
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
        return;
      }
      if (sameDigest(attempt, expected)) {
        doorkeeper.letIn(ctx, attempt);
        return next();
      }
      await doorkeeper.turnAway(ctx, attempt);
    }
    ctx.status = 401;
    ctx.set('WWW-Authenticate', challenges);
    ctx.body = { error: 'unauthorized', error_description: 'The admin token is missing or wrong.' };
  };
}

function tokenOf(authorization: string): string | undefined {
  const bearer = /^ *Bearer +([\x21-\x7e]+) *$/i.exec(authorization);
  return bearer?.[1] ?? parse(authorization)?.pass;
}
