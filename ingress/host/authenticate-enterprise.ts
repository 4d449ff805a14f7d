import { randomBytes } from 'node:crypto';
import { parse } from 'basic-auth';
import type { Context, Middleware } from 'koa';
import { Problem } from '#ingress/problem.ts';
import type { Directory } from '#models/directory.ts';
import type { EnterpriseDocument } from '#models/enterprise.ts';
import { digest, sameDigest } from '#models/sealing.ts';
import { within } from '#operations/deadline.ts';
import type { Doorkeeper } from '#operations/doorkeeper.ts';

const lookUpDeadlineMs = 3_000;
const entIdPattern = /^[\w-]{1,64}$/;
/** Compared with when there is no such enterprise, so that the answer takes as long as for one whose key is wrong. */
const nobodysDigest = digest(randomBytes(32).toString('base64url'));

/** Lets an enterprise's backend in: HTTP Basic, user = ent_id, password = its API key. */
export function authenticateEnterprise(
  directory: Pick<Directory, 'findCredentials'>,
  doorkeeper: Doorkeeper,
): Middleware {
  return async function authenticateEnterprise(ctx, next) {
    const credentials = parse(ctx.get('authorization'));
    if (credentials === undefined || !entIdPattern.test(credentials.name)) throw wrongCredentials();
    // Of both: the key of one enterprise is a guess at another.
    const attempt = digest(`${credentials.name} ${credentials.pass}`);
    // Before the look-up: a guess must not cost one.
    const seconds = await doorkeeper.secondsToWait(ctx, attempt);
    if (seconds > 0) throw tooSoon(seconds);
    const enterprise = await within(lookUpDeadlineMs, directory.findCredentials(credentials.name));
    const isKnown = sameDigest(digest(credentials.pass), enterprise?.apiKeyDigest ?? nobodysDigest);
    if (enterprise === undefined || !isKnown) {
      await doorkeeper.turnAway(ctx, attempt, { ent_id: credentials.name });
      throw wrongCredentials();
    }
    doorkeeper.letIn(ctx, attempt);
    ctx.state['enterprise'] = enterprise;
    await next();
  };
}

/** The enterprise that {@link authenticateEnterprise} let in. */
export function enterpriseOf(ctx: Context): EnterpriseDocument {
  return ctx.state['enterprise'] as EnterpriseDocument;
}

function tooSoon(seconds: number): Problem {
  return new Problem(429, 'too_many_requests', 'Too many wrong credentials came from this address.', {
    headers: { 'Retry-After': String(seconds) },
  });
}

function wrongCredentials(): Problem {
  return new Problem(401, 'invalid_client', 'The ent_id or its API key is missing or wrong.', {
    headers: { 'WWW-Authenticate': 'Basic realm="wechat-login", charset="UTF-8"' },
  });
}
