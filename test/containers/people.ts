import assert from 'node:assert/strict';
import { createPerson, type LoginEnd } from '#test/support/person.ts';
import { createSeeds, type Enterprise } from '#test/support/seed-service.ts';
import { until } from '#test/support/until.ts';

/** Where docker-compose.yml publishes them. */
export const ingressUrl = 'http://127.0.0.1:8081';
export const adminUrl = 'http://127.0.0.1:8082';
const simulatorUrl = 'http://127.0.0.1:8090';
const appid = 'wx00000000c0ffee00';

/** What a host is told of somebody who has logged in. */
export type Redeemed = { user_id: string; created: boolean; nickname: string; openid: string };
export type People = Awaited<ReturnType<typeof createPeople>>;

/** People of one enterprise, and who has logged in so far: each must be the same to the host for ever. */
export async function createPeople({ adminToken }: { adminToken: string }) {
  const { operate, seedEnterprise, callAs } = createSeeds({
    ingresses: [{ url: ingressUrl, adminUrl }],
    adminToken,
    control: { putAccount: () => assert.fail('the simulator is in a container') },
  });
  const known = new Map<string, string>();

  async function steerSimulator(method: string, path: string, json?: unknown): Promise<unknown> {
    const answer = await fetch(`${simulatorUrl}/_simulator/${path}`, {
      method,
      body: json === undefined ? null : JSON.stringify(json),
      signal: AbortSignal.timeout(10_000),
    });
    assert.ok(answer.ok, `the simulator answered ${answer.status} to ${method} ${path}`);
    return answer.json();
  }

  const secret = 'a-secret-of-the-simulator';
  await steerSimulator('PUT', `accounts/${appid}`, { secret });
  await operate('PUT', `/v1/accounts/${appid}`, { secret, name: 'Containers' });
  const enterprise: Enterprise = await seedEnterprise({ entId: 'containers', appid });

  async function redeem(name: string, { status, reason, ticket }: LoginEnd): Promise<Redeemed> {
    assert.equal(status, 'ready', `the login of ${name} ended as ${status} ${reason ?? ''}`);
    // A host whose request met a store that is away asks again.
    const answer = await until(
      async () => {
        const told = await callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket });
        return told.status !== 503 && told;
      },
      { what: `the ticket of ${name} is redeemed` },
    );
    assert.equal(answer.status, 200, `${name}'s ticket: ${answer.text}`);
    const redeemed = answer.json() as Redeemed;
    const before = known.get(name);
    assert.equal(redeemed.created, before === undefined, `${name} is new, or is not`);
    if (before !== undefined) assert.equal(redeemed.user_id, before, `${name} is somebody else now`);
    known.set(name, redeemed.user_id);
    return redeemed;
  }

  /** From the link to the host. */
  async function logIn(name: string): Promise<Redeemed> {
    const person = createPerson({ ingressUrl, name });
    return redeem(name, await person.login(enterprise.entId, { timeoutMs: 240_000 }));
  }

  return {
    known,
    logIn,
    logInAll: (names: readonly string[]) => Promise.all(names.map(logIn)),
    /** How long WeChat takes for each call, in milliseconds. */
    async slowDown(ms: number) {
      await steerSimulator('PUT', 'behaviour', { latency: { ms } });
    },
    /** How often each code was traded since the beginning, by the code. */
    async trades(): Promise<Map<string, number>> {
      const query = 'calls?endpoint=access_token&limit=100000';
      const { calls } = (await steerSimulator('GET', query)) as { calls: { code: string }[] };
      const trades = new Map<string, number>();
      for (const { code } of calls) trades.set(code, (trades.get(code) ?? 0) + 1);
      return trades;
    },
    async bindingsOf(userId: string) {
      const answer = await callAs(enterprise, 'GET', `/v1/bindings?user_id=${userId}`);
      assert.equal(answer.status, 200, answer.text);
      return answer.json().bindings as { openid: string; user_id: string }[];
    },
  };
}
