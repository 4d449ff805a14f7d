import { createHash, randomBytes, randomUUID } from 'node:crypto';

export type Person = {
  user_id: string;
  nickname: string;
  avatar_url: string;
  created: boolean;
  state?: string;
};
/** `invalid_grant`: used, expired or not of this session, let the person start again. `conflict`: this WeChat has another user. */
export type Refusal = { refused: 'invalid_grant' | 'conflict' };

const random = () => randomBytes(32).toString('base64url');

/** What a host asks the login service: the browser's way there, and what its own backend asks. */
export function createWeChatLogin(serviceUrl: string, entId: string, apiKey: string) {
  async function post<T>(path: string, body: object): Promise<T | Refusal> {
    const request = () =>
      fetch(new URL(path, serviceUrl), {
        method: 'POST',
        headers: {
          Authorization: `Basic ${Buffer.from(`${entId}:${apiKey}`).toString('base64')}`,
          'Content-Type': 'application/json',
          'Idempotency-Key': key,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(5_000),
      });
    const key = randomUUID();
    // The same key again gets the same answer, should the first have been lost.
    const first = await request().catch(() => undefined);
    const answer = first === undefined || first.status === 503 ? await request() : first;
    const { error, ...told } = (await answer.json()) as T & { error?: string };
    if (error === 'invalid_grant' || error === 'conflict') return { refused: error };
    if (error !== undefined) throw new Error(`The login service answered ${answer.status} ${error}.`);
    return told as T;
  }

  return {
    /**
     * Keep `state` and `verifier` in this browser's session, and send it to `url`. `target` and `lang` are the link's: your
     * `initiate_login_uri` gets them as `target_link_uri` and `lang`, and they are lost unless they are handed on here.
     */
    begin(target?: string, lang?: string) {
      const [state, verifier] = [random(), random()];
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      const query = { ent_id: entId, state, code_challenge: challenge, code_challenge_method: 'S256' };
      const url = new URL(`/wechatTransfer?${new URLSearchParams(query)}`, serviceUrl);
      if (target) url.searchParams.set('target', target);
      if (lang) url.searchParams.set('lang', lang);
      return { url: url.href, state, verifier };
    },
    /** On login_url, once its `state` is the session's. */
    redeem: (ticket: string, verifier: string) =>
      post<Person>('/v1/tickets/redeem', { ticket, code_verifier: verifier }),
    /** On bind_url: whose WeChat it is, for the page that asks. */
    look: (bindTicket: string) =>
      post<{ nickname: string; avatar_url: string }>('/v1/bind-tickets/look', { bind_ticket: bindTicket }),
    bind: (bindTicket: string, userId: string, verifier: string) =>
      post<Person>('/v1/bindings', { bind_ticket: bindTicket, user_id: userId, code_verifier: verifier }),
  };
}
