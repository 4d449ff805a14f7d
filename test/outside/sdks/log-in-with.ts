import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { startSimulator } from '#simulator/start-simulator.ts';

const [appid, secret, callback] = ['wx0123456789abcdef', 'its-secret', 'http://host.test/back?to=here'];
const nickname = '李雷 "🌱"';

/** Somebody logs in by the program of an SDK: authorize URL, code, token, refreshed token, userinfo, and the code once more. */
export async function logInWith(t: ExecutionContext, [program, ...args]: readonly [string, ...string[]]) {
  await using simulator = await startSimulator({ accounts: { [appid]: secret } });
  const { control, url } = simulator;
  control.putPerson('lilei', { nickname });
  const { openid } = control.person('lilei', appid) as { openid: string };

  const ending = new AbortController();
  const child = execa(program, [...args, url, appid, secret, callback], {
    timeout: 240_000,
    cancelSignal: ending.signal,
  });
  t.teardown(() => ending.abort());
  const lines = child[Symbol.asyncIterator]();
  const { value: first = '' } = await lines.next();
  const { authorize } = JSON.parse(String(first)) as { authorize: string };
  t.true(authorize.startsWith(`${url}/connect/oauth2/authorize?`), authorize);
  const answer = await fetch(authorize, { redirect: 'manual', headers: { 'x-simulator-person': 'lilei' } });
  const back = new URL(answer.headers.get('location') ?? '');
  t.is(back.searchParams.get('state'), 'login1');
  t.is(back.searchParams.get('to'), 'here');
  child.stdin.end(`${back.searchParams.get('code')}\n`);

  const { value: second = '' } = await lines.next();
  t.deepEqual(JSON.parse(String(second)), {
    token: openid,
    refreshed: openid,
    user: { openid, nickname },
    errcode: 40163,
  });
  await child;
  const calls = control.calls().calls.map(({ endpoint, errcode }) => [endpoint, errcode]);
  t.deepEqual(calls.slice(1), [
    ['access_token', 0],
    ['refresh_token', 0],
    ['userinfo', 0],
    ['access_token', 40163],
  ]);
}
