import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, type Dispatcher, request } from 'undici';

export type PersonOptions = {
  /** The ingress this browser's requests reach, whatever PUBLIC_URL says: a proxy's choice, in production. */
  ingressUrl: string;
  /** Who of the simulator's people holds the phone. */
  name?: string;
  userAgent?: string;
  acceptLanguage?: string;
  /** Told in X-Forwarded-For, as a proxy would: counts where TRUSTED_PROXIES names the peer. */
  clientAddress?: string;
  /** Shared by many persons in a bench; else one that all persons of this process share. */
  dispatcher?: Dispatcher;
};

export type View = { status: string; location?: string; reason?: string; retry_after_ms?: number };
export type Answer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  location: string;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test says itself what it expects of an answer
  json: () => any;
};
type Init = { method?: Dispatcher.HttpMethod; headers?: Record<string, string>; body?: string };

export type LoginEnd = View & {
  id: string;
  /** Times WeChat was asked again. */
  reauthorizations: number;
  /** From the callback's request to the end, in ms. */
  waitedMs: number;
  ticket: string;
};

export type Person = ReturnType<typeof createPerson>;

export const weChatUserAgent =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50(0x1800322f) NetType/WIFI Language/zh_CN';

const sharedAgent = new Agent({ connections: 4_096, pipelining: 1, headersTimeout: 60_000 });
/** The service decides how often a page goes to WeChat by itself; this only ends a circle. */
const mostReauthorizations = 10;
/** So long somebody is held before a login begins. */
const startPatienceMs = 60_000;
let unnamed = 0;

/**
 * WeChat's browser without its screen: keeps cookies, follows nothing by itself. Each step of a login is a method;
 * `login` does them all, as the pages would. Cheap: thousands of persons fit into one process.
 */
export function createPerson(options: PersonOptions) {
  const { ingressUrl, name = `person-${++unnamed}`, userAgent = weChatUserAgent } = options;
  const { acceptLanguage = 'zh-CN,zh;q=0.9', dispatcher = sharedAgent, clientAddress } = options;
  const cookies = new Map<string, string>();
  let loginId = '';

  async function send(url: string, { method = 'GET', headers = {}, body }: Init = {}): Promise<Answer> {
    const answer = await request(url, {
      method,
      dispatcher,
      headers: { 'user-agent': userAgent, 'accept-language': acceptLanguage, ...headers },
      body: body ?? null,
    });
    const text = await answer.body.text();
    return {
      status: answer.statusCode,
      headers: answer.headers,
      location: String(answer.headers['location'] ?? ''),
      text,
      json: () => JSON.parse(text),
    };
  }

  /** A request to the service; of an absolute address only path and query count. */
  async function visit(address: string, init: Init = {}): Promise<Answer> {
    const { pathname, search } = new URL(address, ingressUrl);
    const cookie = [...cookies].map(([key, value]) => `${key}=${value}`).join('; ');
    const headers = {
      accept: 'text/html,application/json',
      ...(cookie && { cookie }),
      ...(clientAddress && { 'x-forwarded-for': clientAddress }),
      ...init.headers,
    };
    const answer = await send(ingressUrl + pathname + search, { ...init, headers });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, key = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(key);
      else cookies.set(key, value);
    }
    const [, id] = /^(?:https?:\/\/[^/]+)?\/logins\/([0-9A-Za-z]+)(?:\?|$)/.exec(answer.location) ?? [];
    const begun =
      pathname === '/wechat/callback' && answer.status === 303 && new URLSearchParams(search).get('state');
    loginId = id ?? (begun || loginId);
    return answer;
  }

  /** Begins a login, coming again as a page that is held does; answers the authorize URL. */
  async function start(
    entId: string,
    more: { target?: string; lang?: string; state?: string } = {},
  ): Promise<string> {
    const link = `/wechatTransfer?${new URLSearchParams({ ent_id: entId, ...more })}`;
    const begun = performance.now();
    let answer = await visit(link);
    while (answer.status === 503 && performance.now() - begun < startPatienceMs) {
      await sleep(1_000 * Number(answer.headers['retry-after'] ?? 1));
      answer = await visit(link);
    }
    if (answer.status !== 302) throw new Error(`the start answered ${answer.status}: ${answer.text}`);
    loginId = new URL(answer.location).searchParams.get('state') ?? '';
    return answer.location;
  }

  /** Says yes on WeChat's page; answers where WeChat sends the browser: the callback with its code. */
  async function authorize(authorizeUrl: string, { as = name } = {}): Promise<string> {
    const answer = await send(authorizeUrl.split('#', 1)[0] ?? '', { headers: { 'x-simulator-person': as } });
    if (answer.status !== 302) throw new Error(`WeChat's page answered ${answer.status}: ${answer.text}`);
    return answer.location;
  }

  /** The callback, repeated as its page does while the service says that it cannot take it yet. */
  async function callback(callbackUrl: string, { patienceMs = 60_000 } = {}): Promise<Answer> {
    const begun = performance.now();
    for (;;) {
      const answer = await visit(callbackUrl).catch(() => undefined);
      const mayRepeat = performance.now() - begun < patienceMs;
      if (answer !== undefined && (answer.status !== 503 || !mayRepeat)) return answer;
      if (!mayRepeat) throw new Error('the callback was never answered');
      await sleep(1_000 * Number(answer?.headers['retry-after'] ?? 1));
    }
  }

  function readStatus({ id = loginId, wait }: { id?: string; wait?: number } = {}): Promise<Answer> {
    return visit(`/logins/${id}/status${wait === undefined ? '' : `?wait=${wait}`}`);
  }

  async function poll(options: { id?: string; wait?: number } = {}): Promise<View> {
    const answer = await readStatus(options);
    if (answer.status !== 200) throw new Error(`the status answered ${answer.status}: ${answer.text}`);
    return answer.json() as View;
  }

  /** Polls as the page does until the login is not pending any more; a server that is away is asked again. */
  async function waitForEnd({ timeoutMs = 60_000, wait = 25 } = {}): Promise<View> {
    const begun = performance.now();
    let failure: unknown;
    for (;;) {
      const leftMs = timeoutMs - (performance.now() - begun);
      if (leftMs <= 0) throw new Error(`still pending after ${timeoutMs} ms`, { cause: failure });
      try {
        const view = await poll({ wait: Math.min(wait, Math.ceil(leftMs / 1_000)) });
        if (view.status !== 'pending') return view;
      } catch (error) {
        failure = error;
        if (/answered 4/.test(String(error))) throw error;
        await sleep(200 + Math.random() * 300);
      }
    }
  }

  /** From the link to the end, authorising again as often as the page would by itself. */
  async function login(
    entId: string,
    {
      as = name,
      timeoutMs = 60_000,
      ...more
    }: { as?: string; timeoutMs?: number; target?: string; lang?: string } = {},
  ): Promise<LoginEnd> {
    let authorizeUrl = await start(entId, more);
    let begun: number | undefined;
    for (let reauthorizations = 0; ; reauthorizations += 1) {
      const callbackUrl = await authorize(authorizeUrl, { as });
      begun ??= performance.now();
      const answer = await callback(callbackUrl);
      if (answer.status === 302) {
        // The cookie was lost: the service began another login of this browser.
        authorizeUrl = answer.location;
        continue;
      }
      if (answer.status !== 303) throw new Error(`the callback answered ${answer.status}: ${answer.text}`);
      const view = directEnd(answer.location) ?? (await waitForEnd({ timeoutMs }));
      const mayGoOn = view.retry_after_ms !== undefined && reauthorizations < mostReauthorizations;
      if (view.status === 'reauthorize' && view.location !== undefined && mayGoOn) {
        await sleep(view.retry_after_ms);
        authorizeUrl = view.location;
        continue;
      }
      const waitedMs = performance.now() - begun;
      return { ...view, id: loginId, reauthorizations, waitedMs, ticket: ticketIn(view.location) };
    }
  }

  return {
    name,
    cookies,
    /** Of the login this browser is in. */
    get loginId() {
      return loginId;
    },
    visit,
    start,
    authorize,
    callback,
    readStatus,
    poll,
    waitForEnd,
    login,
  };
}

/** Of a callback that led straight to the host. */
function directEnd(location: string): View | undefined {
  const query = URL.parse(location)?.searchParams;
  if (!query?.has('ticket') && !query?.has('bind_ticket')) return undefined;
  return { status: query.has('ticket') ? 'ready' : 'bind', location };
}

/** The ticket or bind ticket in the address that a finished login leads to. */
export function ticketIn(location: string | undefined): string {
  const query = location === undefined ? undefined : URL.parse(location)?.searchParams;
  return query?.get('ticket') ?? query?.get('bind_ticket') ?? '';
}
