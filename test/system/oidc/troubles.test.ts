import test from 'ava';
import * as openid from 'openid-client';
import { type Begun, beginAt, type OidcClient, redeem, withOidcClient } from '#test/support/oidc-client.ts';
import type { Answer, Person } from '#test/support/person.ts';
import { withService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { withRedisProxy } from '#test/support/with-redis-proxy.ts';
import { sharedService } from '#test/system/shared-service.ts';

const service = await sharedService();

/** A login in its steps; each may be at another ingress. */
function stepsOf(person: () => Person, client: OidcClient, begun: Begun) {
  let at = begun.url.href;
  const state = { back: new URL('https://nowhere.example'), accessToken: '' };
  const visit = async () => {
    const answer = await person().visit(at);
    at = answer.location || at;
    return answer;
  };
  return {
    state,
    auth: visit,
    interaction: visit,
    async callback(): Promise<Answer> {
      const one = person();
      at = await one.authorize(at);
      const answer = await one.callback(at, { patienceMs: 0 });
      if (answer.status !== 303) return answer;
      const isDirect = answer.location.includes('/finish');
      at = isDirect ? answer.location : ((await one.waitForEnd()).location ?? '');
      return answer;
    },
    finish: visit,
    async resume(): Promise<Answer> {
      const answer = await visit();
      state.back = new URL(answer.location || 'https://nowhere.example');
      return answer;
    },
    async token(): Promise<string> {
      const tokens = await redeem(client, begun, state.back);
      state.accessToken = tokens.access_token;
      return String(tokens.claims()?.sub);
    },
    me: (sub: string) => openid.fetchUserInfo(client.config, state.accessToken, sub),
  };
}
const browserSteps = ['auth', 'interaction', 'callback', 'finish', 'resume'] as const;

// One after the other: each has processes of its own, or takes something away from all.
test.serial(
  'a login goes on at another ingress after each step, also when the one before is killed',
  async (t) => {
    const service = await withService(t, { ingresses: 2 });
    const client = await withOidcClient(service, [await service.seedEnterprise()]);
    let at = service.ingresses[1]?.url ?? '';
    const jar = service.person();
    const person = () => {
      const moved = service.person({ ingressUrl: at, name: jar.name });
      // One browser, whichever process answers it.
      for (const [name, value] of jar.cookies) moved.cookies.set(name, value);
      const set = moved.cookies.set.bind(moved.cookies);
      moved.cookies.set = (name, value) => {
        jar.cookies.set(name, value);
        return set(name, value);
      };
      return moved;
    };
    const { state, ...steps } = stepsOf(person, client, await beginAt(client));
    for (const [n, step] of browserSteps.entries()) {
      const { status } = await steps[step]();
      t.true(status >= 300 && status < 400, `${step} ${status}`);
      // The newest is the one that answered: its place is taken by another.
      const next = await service.startIngress();
      if (n > 0) await service.ingresses.at(-2)?.end('SIGKILL');
      at = next.url;
    }
    t.truthy(state.back.searchParams.get('code'));
    t.truthy(await steps.token());
  },
);

for (const lostAfter of browserSteps) {
  test.serial(
    `where Redis has lost all after ${lostAfter}, the login ends on a page or with a refusal, and nobody is in`,
    async (t) => {
      const client = await withOidcClient(service, [await service.seedEnterprise()]);
      const one = service.person();
      const { state, ...steps } = stepsOf(() => one, client, await beginAt(client));
      for (const step of browserSteps.slice(0, browserSteps.indexOf(lostAfter) + 1)) await steps[step]();
      for (const key of await service.findKeys())
        if (/:(oidc|login):/.test(key)) await service.redis.del(key);
      if (lostAfter === 'resume')
        await t.throwsAsync(steps.token(), { message: /server responded with an error/ });
      else {
        const step = browserSteps[browserSteps.indexOf(lostAfter) + 1] ?? 'auth';
        const answer = await steps[step]();
        t.true(answer.status >= 400 && answer.status < 500, `${step} ${answer.status}`);
        t.true(answer.text.includes('<main>'), answer.text.slice(0, 200));
      }
      t.is(state.accessToken, '');
    },
  );
}

test.serial('while Redis is away people and hosts are told to try again, and then all goes on', async (t) => {
  const { cut, heal, ...redis } = await withRedisProxy(t);
  const service = await withService(t, { redis });
  const client = await withOidcClient(service, [await service.seedEnterprise()]);
  const one = service.person();
  const begun = await beginAt(client);
  const { state: _state, ...steps } = stepsOf(() => one, client, begun);
  cut();
  // No page of ours yet: the client hears of it, and may ask again.
  const refused = new URL((await one.visit(begun.url.href)).location);
  t.is(refused.searchParams.get('error'), 'temporarily_unavailable');
  heal();
  for (const step of browserSteps) {
    await until(async () => (await fetch(`${service.ingresses[0]?.adminUrl}/readyz`)).status === 200);
    if (step !== 'auth' && step !== 'callback') {
      cut();
      const away = await steps[step]();
      t.is(away.status, 503, step);
      t.truthy(away.headers['retry-after']);
      heal();
      await until(async () => (await fetch(`${service.ingresses[0]?.adminUrl}/readyz`)).status === 200);
    }
    // The address that failed once more, as its page does by itself.
    const { status } = await steps[step]();
    t.true(status >= 300 && status < 400, `${step} ${status}`);
  }
  cut();
  const basic = Buffer.from(`${client.clientId}:${client.secret}`).toString('base64');
  const answer = await fetch(`${service.publicUrl}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: 'x',
      redirect_uri: 'https://host.example/cb',
    }),
  });
  t.is(answer.status, 503);
  heal();
  const sub = await until(() => steps.token().catch(() => undefined));
  t.is((await until(() => steps.me(sub).catch(() => undefined)))['sub'], sub);
});

test.serial('with https the cookies are secure, and for this host alone where that can be', async (t) => {
  const service = await withService(t, { env: { PUBLIC_URL: 'https://login.example' } });
  const { entId } = await service.seedEnterprise();
  const form = { name: 'Console', ent_ids: [entId], redirect_uris: ['https://host.example/cb'] };
  await service.operate('PUT', '/v1/clients/console', form);
  const query = new URLSearchParams({
    client_id: 'console',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: 'https://host.example/cb',
  });
  const person = service.person({ name: 'secure' });
  const { headers, location } = await person.visit(`/oidc/auth?${query}`);
  const cookies = [headers['set-cookie'] ?? []].flat().filter((line) => !line.includes('.sig='));
  t.is(cookies.length, 2);
  for (const line of cookies)
    t.regex(line, /^__Secure-oidc-(interaction|resume)=.*; samesite=lax; secure; httponly$/i);
  const toWeChat = await person.visit(location);
  await person.callback(await person.authorize(toWeChat.location));
  const { location: finish = '' } = await person.waitForEnd();
  t.true(finish.startsWith('https://login.example/oidc/interaction/'));
  const resumed = await person.visit((await person.visit(finish)).location);
  const session = [resumed.headers['set-cookie'] ?? []]
    .flat()
    .find((line) => line.startsWith('__Host-oidc-session='));
  // Closed with the browser: no date.
  t.regex(session ?? '', /^[^;]+; path=\/; samesite=lax; secure; httponly$/i);
  t.true(resumed.location.startsWith('https://host.example/cb?code='));
});
