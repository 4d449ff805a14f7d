import type { Logger } from 'pino';
import type { Config } from '#config';
import type { RedisClient } from '#connections/redis-client.ts';
import { createRedisMemory } from '#connections/redis-memory.ts';
import { createBrowserDoor } from '#ingress/browser/browser-door.ts';
import { createPages } from '#ingress/browser/pages/render-page.ts';
import { tellPerson } from '#ingress/browser/pages/tell-person.ts';
import { createHostDoor } from '#ingress/host/routes.ts';
import type { IngressMetrics } from '#ingress/metrics.ts';
import { createClientDoorkeepers } from '#ingress/oidc/client-doorkeepers.ts';
import { createInteractionLimits } from '#ingress/oidc/interaction-limits.ts';
import { createOidcDoor } from '#ingress/oidc/routes.ts';
import type { openLogins } from '#ingress/open-logins.ts';
import { createPublicApp } from '#ingress/public-app.ts';
import { openScans } from '#ingress/scan/open-scans.ts';
import { createScanDoor } from '#ingress/scan/scan-door.ts';
import type { Waking } from '#ingress/waking/open-waking.ts';
import type { Count } from '#models/counts/tally.ts';
import { createHistoryWriter } from '#models/documents/history-writer.ts';
import type { Documents } from '#models/documents/open-documents.ts';
import { createReachedLogins } from '#models/login/reached-logins.ts';
import { createRows } from '#models/oidc/rows.ts';
import type { createClientAddress } from '#operations/client-address.ts';
import type { Doorkeeper } from '#operations/doorkeeper.ts';

type People = Omit<
  Parameters<typeof createHostDoor>[0],
  'count' | 'tellPerson' | 'doorkeeper' | 'publicUrl' | 'log'
>;

/** The public listener's doors, in order: browsers, computers that a phone lets in, hosts, OpenID Connect clients. */
export function openPublicDoors(
  stack: AsyncDisposableStack,
  options: {
    config: Config;
    redis: RedisClient;
    documents: Documents;
    logins: ReturnType<typeof openLogins>;
    people: People;
    door: Parameters<typeof createBrowserDoor>[0]['door'];
    waking: Waking;
    count: Count;
    addressOf: ReturnType<typeof createClientAddress>;
    doorkeeper: Doorkeeper;
    metrics: IngressMetrics;
    log: Logger;
  },
) {
  const { config, redis, documents, logins, waking, count, addressOf, metrics, log } = options;
  const { PUBLIC_URL: publicUrl, REDIS_PREFIX: prefix, QUEUE_SHARDS: shards } = config;
  const { sealer } = documents;
  const { records, store } = logins;
  const pages = createPages();
  const shared = { documents, waking, pages, count, publicUrl, metrics, log };

  const desktops = { store, shards, sealer, pages, publicUrl, addressOf };
  const opening = openScans({ ...desktops, perMinute: config.SCANS_PER_MINUTE });
  const onLost = (error: unknown) => log.error({ err: error }, 'history not written');
  const history = stack.adopt(createHistoryWriter(documents.history, onLost), (writer) => writer.close());
  const browser = createBrowserDoor({
    ...shared,
    history,
    logins,
    door: options.door,
    openScan: opening.openScan,
    settings: {
      publicUrl,
      openOrigin: config.WECHAT_OPEN_URL,
      codeLifetimeMs: config.CODE_LIFETIME_MS,
      callbackHoldMs: config.CALLBACK_HOLD_MS,
    },
  });
  const scan = createScanDoor({ ...shared, records, opening, steps: browser.steps });
  const host = createHostDoor({ ...options.people, ...shared, tellPerson, doorkeeper: options.doorkeeper });
  const oidc = createOidcDoor({
    ...shared,
    logins: createReachedLogins(store, sealer),
    rows: createRows({ redis, prefix, sealer }),
    limits: createInteractionLimits({ addressOf, usedMemory: createRedisMemory(redis) }),
    login: browser.within,
    doorkeeperOf: createClientDoorkeepers({ addressOf, onRefused: metrics.credentialRefused, log }),
  });
  return createPublicApp({ browser, scan, host, oidc, pages, publicUrl, metrics, log });
}
