import test, { type ExecutionContext } from 'ava';
import { type ServiceOptions, startService } from '#test/support/start-service.ts';

const stranger = '203.0.113.77';
const untold = /TRUSTED_PROXIES is not set/;
const untrusted = /X-Forwarded-For came from an address that is not among TRUSTED_PROXIES/;

async function withIngress(t: ExecutionContext, ingressEnv: ServiceOptions['ingressEnv']) {
  const service = await startService({ workers: 0, ingressEnv: { ...ingressEnv } });
  t.teardown(service.stop);
  const warnings = () =>
    service
      .logs()
      .filter((line) => line.includes('"level":"warn"'))
      .map((line) => String(JSON.parse(line).msg));
  const ask = () =>
    fetch(`${service.ingresses[0]?.url}/v1/`, { headers: { 'x-forwarded-for': stranger } }).then(
      ({ status }) => status,
    );
  return { service, warnings, ask };
}

for (const env of [{ PUBLIC_URL: 'https://login.example.com' }, { HOST: '0.0.0.0' }]) {
  test(`${Object.keys(env)} tells of a proxy, and no TRUSTED_PROXIES are named: the start says so, once`, async (t) => {
    const { warnings } = await withIngress(t, env);
    t.is(warnings().filter((msg) => untold.test(msg)).length, 1);
  });
}

test('X-Forwarded-For of somebody who is not trusted is told of once, without an address', async (t) => {
  const { service, warnings, ask } = await withIngress(t, {});
  t.false(warnings().some((msg) => untold.test(msg)));
  t.false(warnings().some((msg) => untrusted.test(msg)));
  for (let n = 0; n < 3; n += 1) t.is(await ask(), 404);
  t.is(warnings().filter((msg) => untrusted.test(msg)).length, 1);
  t.false(service.logs().join().includes(stranger));
});

test('with the proxy named neither is said', async (t) => {
  const { warnings, ask } = await withIngress(t, {
    PUBLIC_URL: 'https://login.example.com',
    TRUSTED_PROXIES: '127.0.0.1',
  });
  t.is(await ask(), 404);
  t.false(warnings().some((msg) => untold.test(msg) || untrusted.test(msg)));
});

test('a host gets in though strangers at its proxy’s address have guessed since the process began', async (t) => {
  const { service } = await withIngress(t, {});
  const enterprise = await service.seedEnterprise();
  const wrong = { ...enterprise, apiKey: 'wrong' };
  const look = (who: typeof enterprise) => service.callAs(who, 'GET', '/v1/bindings?user_id=u');
  const guesses = [];
  for (let n = 0; n < 25; n += 1) guesses.push((await look(wrong)).status);
  t.deepEqual([guesses.indexOf(429), guesses.at(-1)], [20, 429]);
  t.is((await look(enterprise)).status, 200);
  t.is((await look(wrong)).status, 429);
});
