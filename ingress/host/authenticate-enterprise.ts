import { parse } from 'basic-auth';
import type { Context, Middleware } from 'koa';
import { isKeyOf } from '#ingress/host/api-key.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { EnterpriseDocument } from '#models/documents/enterprise.ts';
import { within } from '#operations/deadline.ts';
import { digest } from '#operations/digest.ts';
import type { Doorkeeper } from '#operations/doorkeeper.ts';

const lookUpDeadlineMs = 3_000;
const entIdPattern = /^[\w-]{1,64}$/;
/** A body that took longer than this came from somebody whose key may have been taken away meanwhile. */
const judgedAgainAfterMs = 1_000;

/** Somebody who guesses causes no more than four looks a second at one enterprise. */
const newsWithinMs = 250;

type Judged = { readonly keyDigest: string; readonly at: number };

/**
 * Lets an enterprise's backend in: HTTP Basic, user = ent_id, password = its API key. A right key always passes, also where
 * strangers at the same address (a proxy's) guess: we made its 256 random bits, so no number of guesses finds it. What the
 * brake saves are the looks for a newer key, the log lines and the answers that tell more than "wait".
 */
export function authenticateEnterprise(
  directory: Pick<Directory, 'findCredentials'>,
  doorkeeper: Doorkeeper,
): Middleware {
  return async function authenticateEnterprise(ctx, next) {
    const credentials = parse(ctx.get('authorization'));
    if (credentials === undefined) throw wrongCredentials();
    // Of both: the key of one enterprise is a guess at another.
    const attempt = digest(`${credentials.name} ${credentials.pass}`);
    const seconds = await doorkeeper.secondsToWait(ctx, attempt);
    if (!entIdPattern.test(credentials.name)) {
      await doorkeeper.turnAway(ctx, attempt);
      throw wrongCredentials();
    }
    const keyDigest = digest(credentials.pass);
    const find = (atMostMs?: number) =>
      within(lookUpDeadlineMs, directory.findCredentials(credentials.name, atMostMs));
    let enterprise = await find();
    // A key that was made a moment ago is not a wrong one.
    if (seconds === 0 && !isKeyOf(enterprise, keyDigest)) enterprise = await find(newsWithinMs);
    if (!isKeyOf(enterprise, keyDigest)) {
      if (seconds > 0) {
        doorkeeper.putOff();
        throw tooSoon(seconds);
      }
      await doorkeeper.turnAway(ctx, attempt, { ent_id: credentials.name });
      throw wrongCredentials();
    }
    doorkeeper.letIn(ctx, attempt);
    ctx.state['enterprise'] = enterprise;
    ctx.state['judged'] = { keyDigest, at: performance.now() } satisfies Judged;
    await next();
  };
}

/** For after the body: a request that took its time must not outlive the key that it came with. */
export function authenticateAgain(
  directory: Pick<Directory, 'findCredentials'>,
  doorkeeper: Doorkeeper,
): Middleware {
  return async function authenticateAgain(ctx, next) {
    const { entId } = enterpriseOf(ctx);
    if (!(await isStillIn(ctx, directory))) {
      await doorkeeper.turnAway(ctx, digest(ctx.get('authorization')), { ent_id: entId });
      throw wrongCredentials();
    }
    await next();
  };
}

/** For an answer that is made in parts. Throws a Problem once the key with which the request was let in is no longer good. */
export async function refuseTakenKey(
  ctx: Context,
  directory: Pick<Directory, 'findCredentials'>,
): Promise<void> {
  if (await isStillIn(ctx, directory)) return;
  throw new Problem(401, 'invalid_client', 'The API key was taken away meanwhile.');
}

/** Whether the key with which a request was let in is still good; looks a second later at the earliest. */
async function isStillIn(ctx: Context, directory: Pick<Directory, 'findCredentials'>): Promise<boolean> {
  const { keyDigest, at } = ctx.state['judged'] as Judged;
  if (performance.now() - at <= judgedAgainAfterMs) return true;
  const enterprise = await within(lookUpDeadlineMs, directory.findCredentials(enterpriseOf(ctx).entId));
  if (!isKeyOf(enterprise, keyDigest)) return false;
  ctx.state['enterprise'] = enterprise;
  ctx.state['judged'] = { keyDigest, at: performance.now() } satisfies Judged;
  return true;
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
