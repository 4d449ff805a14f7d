export type Person = { user_id: string; nickname: string; avatar_url: string; created: boolean };

/** What a host's backend asks the login service. undefined: the ticket is used, expired or not ours; let the person start again. */
export function createWeChatLogin(serviceUrl: string, entId: string, apiKey: string) {
  async function post(path: string, body: object): Promise<Person | undefined> {
    const answer = await fetch(new URL(path, serviceUrl), {
      method: 'POST',
      headers: {
        Authorization: `Basic ${Buffer.from(`${entId}:${apiKey}`).toString('base64')}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5_000),
    });
    const { error, ...person } = (await answer.json()) as Person & { error?: string };
    if (error === 'invalid_grant' || error === 'conflict') return undefined;
    if (error !== undefined) throw new Error(`The login service answered ${answer.status} ${error}.`);
    return person;
  }
  return {
    redeem: (ticket: string) => post('/v1/tickets/redeem', { ticket }),
    bind: (bindTicket: string, userId: string) =>
      post('/v1/bindings', { bind_ticket: bindTicket, user_id: userId }),
  };
}
