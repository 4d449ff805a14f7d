import type { Behaviour } from './behaviour.ts';
import type { Call, CallLog } from './call-log.ts';
import type { AuthorizeRequest } from './check-authorize-url.ts';
import type { Code, Codes } from './codes.ts';
import type { Faults } from './faults.ts';
import type { People } from './people.ts';

/** code and state go behind the redirect URI's own query and before its fragment. */
function callbackUrl(redirectUri: URL, parameters: string): string {
  const [whole = '', ...fragment] = redirectUri.href.split('#');
  const joint = whole.includes('?') ? '&' : '?';
  return [`${whole}${joint}${parameters}`, ...fragment].join('#');
}

export function refusalUrl({ redirectUri, state }: AuthorizeRequest): string {
  return callbackUrl(redirectUri, `state=${state}`);
}

/**
 * Mints the code of a finished authorisation, and makes the requests that WeChat's own servers add to the browser's:
 * double callbacks and replays, which come without the browser's cookies.
 */
export function createCallbackSender(deps: {
  behaviour: Behaviour;
  codes: Codes;
  people: People;
  faults: Faults;
  log: CallLog;
  now: () => number;
}) {
  const { behaviour, codes, people, faults, log, now } = deps;
  const closing = new AbortController();
  const replays = new Set<NodeJS.Timeout>();

  function mint({ account, scope, state }: AuthorizeRequest, person: string, snapshot: boolean): Code {
    const { appid } = account;
    const openidOf = (code: string) =>
      snapshot ? people.virtualOpenidOf(appid, code) : people.openidOf(appid, person);
    return codes.mint({ appid, person, scope, state, snapshot, openidOf });
  }

  async function request(
    url: string,
    code: Code,
    { userAgent, fault }: { userAgent: string; fault: string | null },
  ): Promise<void> {
    const call = log.begin('callback');
    const { appid, person, state } = code;
    Object.assign(call, { appid, person, state, fault, code: code.code } satisfies Partial<Call>);
    try {
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(10_000)]);
      const answer = await fetch(url, { redirect: 'manual', signal, headers: { 'User-Agent': userAgent } });
      await answer.body?.cancel();
      call.status = answer.status;
      call.answeredAt = now();
    } catch {
      // Like WeChat's crawlers: whether anybody answers is not their concern; the log says status null.
    }
  }

  function replayLater(url: string, code: Code, userAgent: string, afterMs: number): void {
    const timer = setTimeout(() => {
      replays.delete(timer);
      void request(url, code, { userAgent, fault: null });
    }, afterMs);
    replays.add(timer);
  }

  return {
    /** Where to send the browser, and the code in that URL. */
    async send(
      asked: AuthorizeRequest,
      { person, snapshot, userAgent }: { person: string; snapshot: boolean; userAgent: string },
    ): Promise<{ url: string; code: string }> {
      const code = mint(asked, person, snapshot);
      const urlOf = (one: Code) => callbackUrl(asked.redirectUri, `code=${one.code}&state=${asked.state}`);
      const url = urlOf(code);
      const odd = faults.take('double-callback', { appid: asked.account.appid, person });
      const second = odd?.second ?? behaviour.doubleCallback;
      if (second !== 'off') {
        const extra = second === 'same' ? code : mint(asked, person, snapshot);
        const requested = request(urlOf(extra), extra, { userAgent, fault: odd?.kind ?? null });
        if (behaviour.doubleCallbackFirst) await requested;
      }
      if (behaviour.lateReplayMs !== null) replayLater(url, code, userAgent, behaviour.lateReplayMs);
      return { url, code: code.code };
    },
    close(): void {
      closing.abort();
      for (const timer of replays) clearTimeout(timer);
    },
  };
}

export type CallbackSender = ReturnType<typeof createCallbackSender>;
