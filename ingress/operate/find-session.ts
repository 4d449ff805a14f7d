import type { Context } from 'koa';
import type { SessionCookie } from '#ingress/operate/session-cookie.ts';
import type { Sessions } from '#models/operators/sessions.ts';
import type { Operator } from '#operations/operator-roles.ts';
import type { FindOperator } from '#operations/require-operator.ts';

/** Who signed in with this browser. Throws what Redis and MongoDB throw. */
export function createFindSession(deps: {
  cookie: Pick<SessionCookie, 'read'>;
  sessions: Pick<Sessions, 'tokenOf'>;
  find: FindOperator;
}) {
  const { cookie, sessions, find } = deps;
  return async (ctx: Context): Promise<Operator | undefined> => {
    const session = cookie.read(ctx);
    if (session === undefined) return undefined;
    // Every browser that sends a form tells of one of them: without either, nobody knows whose form it was.
    const isReading = ctx.method === 'GET' || ctx.method === 'HEAD';
    if (!isReading && ctx.get('origin') === '' && ctx.get('sec-fetch-site') === '') return undefined;
    const token = await sessions.tokenOf(session);
    return token === undefined ? undefined : find(token);
  };
}
