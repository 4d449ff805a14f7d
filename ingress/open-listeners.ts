import type Koa from 'koa';
import type { Logger } from 'pino';
import type { Config } from '#config';
import { unreadablePage } from '#ingress/browser/unreadable-page.ts';
import type { IngressMetrics } from '#ingress/metrics.ts';
import type { createClientAddress } from '#operations/client-address.ts';
import { listen } from '#operations/http-server.ts';
import { createListenerWatch } from '#operations/listener-watch.ts';
import { tellOfUntrustedProxies } from '#operations/untrusted-proxy.ts';

/**
 * The public listener and the operator's; the second is closed with the stack `last`. Rejects when an address is taken, with
 * the names of the variables to set.
 */
export async function openListeners(
  stacks: { stack: AsyncDisposableStack; last: AsyncDisposableStack },
  options: {
    publicApp: Koa;
    operatorApp: Koa;
    config: Config;
    addressOf: ReturnType<typeof createClientAddress>;
    metrics: IngressMetrics;
    log: Logger;
  },
) {
  const { publicApp, operatorApp, config, addressOf, metrics, log } = options;
  const { HOST: host, PORT: port, PUBLIC_URL: publicUrl, TRUSTED_PROXIES: trusted } = config;
  const { isTrusted } = addressOf;
  const proxies = tellOfUntrustedProxies({ trusted, publicUrl, host, isTrusted, log });
  const watchOf = (listener: 'public' | 'operator') => createListenerWatch({ listener, metrics, log });
  const publicServer = stacks.stack.adopt(
    await listen(proxies.watch(publicApp.callback()), {
      host,
      port,
      variables: ['HOST', 'PORT'],
      watch: watchOf('public'),
      unreadable: unreadablePage,
    }),
    ({ close }) => close(),
  );
  const operatorServer = stacks.last.adopt(
    await listen(proxies.watch(operatorApp.callback()), {
      host: config.ADMIN_HOST,
      port: config.ADMIN_PORT,
      variables: ['ADMIN_HOST', 'ADMIN_PORT'],
      watch: watchOf('operator'),
    }),
    ({ close }) => close(),
  );
  return { publicServer, operatorServer };
}
