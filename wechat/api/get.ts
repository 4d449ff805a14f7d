import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';

/** No usable HTTP answer. `wasSent: false` only when not a byte of the request had left: then the code is untouched. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly kind: 'timeout' | 'network' | 'oversized';
  readonly wasSent: boolean;
  constructor(kind: CallFailed['kind'], wasSent: boolean, cause?: unknown) {
    super(`${kind}, request ${wasSent ? 'sent' : 'not sent'}`, { cause });
    this.kind = kind;
    this.wasSent = wasSent;
  }
}

export type Answer = { readonly status: number; readonly body: Buffer };
export type Get = ReturnType<typeof createGet>;

/** WeChat's answers are under 1 KB; a larger one is not WeChat's. */
const largestAnswer = 64 * 1024;
/** To WeChat, or to the proxy and through it. */
const connectMs = 2_000;
const headers = { accept: 'application/json' };
const postHeaders = { ...headers, 'content-type': 'application/json' };

/**
 * GET with one deadline over everything: waiting for a connection, connecting, the answer's last byte.
 * Written on undici's dispatch, since its `request` does not tell whether anything was sent, and that decides
 * whether a code may be sent again. undici itself never repeats a request that it began to write.
 */
export function createGet({
  origin,
  connections,
  proxy = {},
}: {
  origin: string;
  connections: number;
  /** HTTPS_PROXY and NO_PROXY: the way out for an https origin. */
  proxy?: { readonly url?: string | undefined; readonly except?: string | undefined };
}) {
  const options = {
    connections,
    pipelining: 1,
    connect: { timeout: connectMs },
    // HTTP/2 would put many codes on one connection, and repeat what a server says it did not begin.
    allowH2: false,
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 60_000,
    // The deadline below is the only one.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  // A pool of one origin costs a call a quarter less than an agent, which looks for the origin's pool.
  const dispatcher =
    proxy.url === undefined
      ? new Pool(origin, options)
      : new EnvHttpProxyAgent({
          ...options,
          // Empty: not what this process's environment says besides.
          httpProxy: '',
          httpsProxy: proxy.url,
          noProxy: proxy.except ?? '',
          connectTimeout: connectMs,
          proxyTls: { allowH2: false },
        });

  function send(path: string, timeoutMs: number, json?: string): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    let wasSent = false;
    let started: Dispatcher.DispatchController | undefined;
    let isOver = false;
    let status = 0;
    let size = 0;
    const chunks: Buffer[] = [];

    function fail(kind: CallFailed['kind'], cause?: unknown) {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      const failure = new CallFailed(kind, wasSent, cause);
      reject(failure);
      started?.abort(failure);
    }
    const timer = setTimeout(fail, timeoutMs, 'timeout');

    dispatcher.dispatch(
      json === undefined
        ? { origin, path, method: 'GET', headers }
        : { origin, path, method: 'POST', headers: postHeaders, body: json },
      {
        onRequestStart(controller) {
          if (isOver) return controller.abort(new Error('given up before it was sent'));
          started = controller;
          wasSent = true;
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, chunk) {
          size += chunk.length;
          if (size > largestAnswer) fail('oversized');
          else chunks.push(chunk);
        },
        onResponseEnd() {
          if (isOver) return;
          isOver = true;
          clearTimeout(timer);
          resolve({ status, body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) });
        },
        onResponseError(_controller, error) {
          fail('network', error);
        },
      },
    );
    return promise;
  }

  const get = (path: string, timeoutMs: number): Promise<Answer> => send(path, timeoutMs);
  /** The same, of a body of JSON. */
  const post = (path: string, json: string, timeoutMs: number): Promise<Answer> =>
    send(path, timeoutMs, json);
  return Object.assign(get, { post, close: () => dispatcher.destroy() });
}
