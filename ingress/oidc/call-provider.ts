import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import type { Current } from '#ingress/oidc/current-provider.ts';

const mount = '/oidc';

export type CallProvider = ReturnType<typeof createCallProvider>;

/**
 * Lets oidc-provider answer a request. It makes its addresses of what the request says it was sent to, so that is always
 * PUBLIC_URL here, whatever a stranger or a proxy wrote. `path`: the provider's own, with the query.
 */
export function createCallProvider({ publicUrl }: { publicUrl: string }) {
  const { host, protocol } = new URL(publicUrl);

  return async function callProvider(ctx: Context, { answer }: Current, path: string): Promise<void> {
    const { res } = ctx;
    const req = ctx.req as IncomingMessage & { originalUrl?: string };
    const { url = '' } = req;
    req.headers.host = host;
    req.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    delete req.headers['x-forwarded-host'];
    req.originalUrl = mount + path;
    req.url = path;
    // A client's page may have opened us in a window of its own, and waits for word from it.
    res.removeHeader('Cross-Origin-Opener-Policy');
    // Before anything is written: the outer app must not answer, too.
    ctx.respond = false;
    await answer(req, res);
    req.url = url;
  };
}
