import { freePort } from '#dev-stores/free-port.ts';
import { openStores } from '#dev-stores/open-stores.ts';
import { logIn } from '#test/support/oidc-client.ts';
import { createPerson, type Person } from '#test/support/person.ts';
import { type Service, startService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { modAuthOpenidc } from './apache.ts';
import { authlib } from './authlib.ts';
import { goOidc } from './go-oidc.ts';
import { type OutsideHost, startHost } from './host.ts';

// `npm run test:outside`: stock OpenID Connect clients of other languages log in through real processes, refuse the nonce of
// another request, and go on after the keys have changed. A language that is not there is told and left out.

const say = (line: string) => console.error(line);

/** A login as the browser sees it: from the host's page and back to it. `change`: what somebody writes into the request. */
async function visitHost(
  service: Service,
  origin: string,
  login: string,
  change: Record<string, string> = {},
) {
  const person = service.person();
  const atHost = createPerson({ ingressUrl: origin });
  const begun = await atHost.visit(login);
  const url = new URL(begun.location);
  for (const [name, value] of Object.entries(change)) url.searchParams.set(name, value);
  const back = await logIn(service, person, { url, state: '', nonce: '', verifier: '' });
  return lead(atHost, back, origin);
}

/** The host's own redirects, to its end. */
async function lead(atHost: Person, back: URL, origin: string) {
  let answer = await atHost.visit(back.href);
  while (answer.status === 302 && answer.location.startsWith(origin))
    answer = await atHost.visit(answer.location);
  return answer;
}

async function rotateKeys(service: Service): Promise<void> {
  const { json } = await service.operate('POST', '/v1/signing-keys/rotate', { publish_for: 10 });
  const kids = json()
    .keys.filter(({ state }: { state: string }) => state === 'next')
    .map(({ kid }: { kid: string }) => kid);
  await until(async () => {
    const jwks = await (await fetch(`${service.publicUrl}/oidc/jwks`)).json();
    return kids.includes((jwks as { keys: { kid: string }[] }).keys[0]?.kid);
  });
}

async function tryHost(service: Service, host: OutsideHost): Promise<string[]> {
  const prepared = await host.prepare();
  if (prepared === undefined) return ['not there: left out'];
  await using stack = new AsyncDisposableStack();
  const port = await freePort();
  const { entId } = await service.seedEnterprise();
  const clientId = `outside-${port}`;
  const { paths } = prepared;
  const made = await service.operate('PUT', `/v1/clients/${clientId}`, {
    name: host.name,
    ent_ids: [entId],
    redirect_uris: [`http://127.0.0.1:${port}${paths.callback}`],
  });
  const given = {
    issuer: `${service.publicUrl}/oidc`,
    clientId,
    secret: made.json().client_secret as string,
    port,
  };
  const origin = await startHost(stack, prepared, given);
  const faults: string[] = [];
  const isIn = ({ status, text, headers }: Awaited<ReturnType<typeof visitHost>>) =>
    status === 200 && `${text} ${headers['x-user']}`.includes(`${entId}:`);

  const first = await visitHost(service, origin, paths.login);
  if (!isIn(first)) faults.push(`does not log in: ${first.status} ${first.text.slice(0, 300)}`);
  const other = await visitHost(service, origin, paths.login, { nonce: 'of-another-request' });
  if (isIn(other)) faults.push('takes the nonce of another request');
  await rotateKeys(service);
  const later = await visitHost(service, origin, paths.login);
  if (!isIn(later)) faults.push(`does not log in with new keys: ${later.status} ${later.text.slice(0, 300)}`);
  return faults;
}

await using stores = await openStores({ say });
process.env['TEST_REDIS_URL'] = stores.redisUrl;
process.env['TEST_MONGO_URL'] = stores.mongoUrl;
await using service = await startService();
const hosts = [authlib, goOidc, modAuthOpenidc];
let failed = 0;
for (const host of hosts) {
  const faults = await tryHost(service, host).catch((error: Error) => [String(error.message)]);
  const isLeftOut = faults[0]?.startsWith('not there') ?? false;
  if (faults.length > 0 && !isLeftOut) failed += 1;
  console.log(
    `${faults.length === 0 ? 'ok' : isLeftOut ? '--' : 'FAILED'} ${host.name}${faults.map((fault) => `\n   ${fault}`).join('')}`,
  );
}
console.log(`${hosts.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
