import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import Koa from 'koa';
import { createHostDoor } from '#ingress/host/routes.ts';
import { createBindingModel } from '#models/documents/binding.ts';
import { createClientModel } from '#models/documents/client.ts';
import { createEnterpriseModel, type EnterpriseDocument } from '#models/documents/enterprise.ts';
import { createErasure, createErasureModel } from '#models/documents/erasure.ts';
import { createLoginHistoryModel } from '#models/documents/login-history.ts';
import { createExchangeLedger } from '#models/login/ledger.ts';
import { createLoginRecords, type LoginWish } from '#models/login/record.ts';
import { type SettledLogin, settledChannel } from '#models/login/settled-channel.ts';
import { createLoginStore } from '#models/login/store.ts';
import { createTicket, createTickets, type Identity, sealOutcome } from '#models/login/ticket.ts';
import { createUnbinding, personDigest } from '#models/login/unbinding.ts';
import { createSealer } from '#models/sealing.ts';
import { digest } from '#operations/digest.ts';
import { withDoorkeeper } from '#test/ingress/with-doorkeeper.ts';
import { withServer } from '#test/ingress/with-server.ts';
import { acme } from '#test/models/acme.ts';
import { capturedLog } from '#test/support/captured-log.ts';
import { withProxiedMongo } from '#test/support/with-proxied-mongo.ts';
import { withRedis } from '#test/support/with-redis.ts';

export const apiKey = 'the-key-of-acme';
export const randomOpenid = (): string => `o${randomBytes(14).toString('hex').slice(0, 27)}`;

/** The host's door over HTTP on real stores, with a clock that the test can move on. */
export async function withHostDoor(t: Pick<ExecutionContext, 'teardown'>, { guesses = 10_000 } = {}) {
  const { url, prefix } = withRedis(t);
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  const { mongo, proxy: mongoProxy } = await withProxiedMongo(t);
  const bindings = createBindingModel(mongo);
  await bindings.createIndexes();

  const enterprises = new Map<string, EnterpriseDocument>([
    ['acme', { ...acme, apiKeyDigest: digest(apiKey), unionid: 'store' }],
    ['other', { ...acme, entId: 'other', apiKeyDigest: digest('the-key-of-other') }],
  ]);
  /** How old each look at an enterprise could be. */
  const asked: (number | undefined)[] = [];
  const counted: string[] = [];
  const clock = { offsetMs: 0 };
  const store = createLoginStore({ redis, prefix, clockOffsetMs: () => clock.offsetMs });
  const records = createLoginRecords(store, { shards: 1, codeLifetimeMs: 300_000 });
  const ledger = createExchangeLedger(store, { claimWindowMs: 5_000, leastUsefulMs: 100 });
  const sealer = createSealer([{ kid: 'k', key: randomBytes(32) }]);
  const tickets = createTickets(store, sealer);
  const announced: SettledLogin[] = [];
  const subscriber = redis.duplicate();
  t.teardown(() => subscriber.disconnect());
  await subscriber.subscribe(settledChannel(prefix));
  subscriber.on('message', (_channel, message) => announced.push(...(JSON.parse(message) as SettledLogin[])));
  const { log, lines } = capturedLog();

  const history = createLoginHistoryModel(mongo);
  const unbinding = createUnbinding({ store, shards: 1, bindings });
  const routes = createHostDoor({
    doorkeeper: withDoorkeeper(log, { door: 'host', guesses }),
    directory: {
      // @ts-expect-error whether there is one is all that is asked here
      findAccount: async (appid) => (appid === 'wx_before' ? { appid } : undefined),
      async findCredentials(entId, atMostMs) {
        asked.push(atMostMs);
        return enterprises.get(entId);
      },
    },
    tickets,
    bindings,
    publicUrl: 'https://login.example',
    count: (_whose, step) => void counted.push(step),
    history,
    sealer,
    tellPerson: () => 'told',
    unbinding,
    erasure: createErasure({
      erasures: createErasureModel(mongo),
      enterprises: createEnterpriseModel(mongo),
      clients: createClientModel(mongo),
      bindings,
      history,
      unbinding,
      sealer,
    }),
    log,
  });
  const app = new Koa();
  app.use(routes.routes());
  const origin = await withServer(t, app);

  /** A login that ended as `ready` or `bind`, as a worker leaves it. */
  async function settle(
    status: 'ready' | 'bind',
    { target = '', hostState, challenge, goal, ...some }: Partial<Identity> & Partial<LoginWish> = {},
  ) {
    const { appid } = acme;
    const scope = 'snsapi_userinfo';
    const browser = 'browser';
    const id = await records.open({
      entId: 'acme',
      appid,
      target,
      lang: 'en',
      hostState,
      challenge,
      goal,
      scope,
      browser,
      restarts: 0,
    });
    await records.recordCode(id, browser, 'code digest', 'sealed code');
    const claim = await ledger.claim(id, 'job', 'claim');
    await ledger.saveToken(id, claim, 'job', 'sealed token');
    const identity: Identity = {
      userId: status === 'ready' ? 'u_1' : '',
      appid,
      openid: randomOpenid(),
      nickname: '小明 😀',
      avatarUrl: 'https://thirdwx.qlogo.cn/mmopen/a/46',
      created: status === 'ready',
      authenticatedAt: '2026-01-02T03:04:05.000Z',
      ...some,
    };
    const ticket = createTicket(id);
    await ledger.settle(id, 'claim', {
      status,
      scope,
      outcome: sealOutcome(sealer, { loginId: id, browser }, { ...identity, ticket }),
      ticketDigest: digest(ticket),
      ticketLifetimeMs: status === 'ready' ? 60_000 : 600_000,
      person: personDigest({ entId: 'acme', ...identity }),
      knownAt: claim.now,
    });
    return { id, ticket, identity };
  }

  /** A request of the enterprise's backend; `auth` is `ent_id:key`, or null for none. */
  async function call(
    method: string,
    path: string,
    options: {
      auth?: string | null;
      json?: unknown;
      body?: string | Uint8Array<ArrayBuffer>;
      headers?: Record<string, string>;
    } = {},
  ) {
    const {
      auth = `acme:${apiKey}`,
      json,
      body = json === undefined ? null : JSON.stringify(json),
    } = options;
    const response = await fetch(origin + path, {
      method,
      body,
      headers: {
        ...(auth !== null && { authorization: `Basic ${Buffer.from(auth).toString('base64')}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: parseAnswer(text, response.headers.get('content-type')),
    };
  }

  return {
    router: routes,
    origin,
    enterprises,
    asked,
    counted,
    redis,
    mongo,
    mongoProxy,
    bindings,
    history,
    records,
    sealer,
    tickets,
    announced,
    lines,
    clock,
    settle,
    call,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: each test says itself what it expects of an answer
function parseAnswer(text: string, type: string | null): any {
  if (type?.includes('ndjson'))
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return text === '' ? null : JSON.parse(text);
}
