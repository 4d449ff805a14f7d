import test from 'ava';
import { freePort } from '#dev-stores/free-port.ts';
import { logIn } from '#test/support/oidc-client.ts';
import { createPerson, type Person } from '#test/support/person.ts';
import { startService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { modAuthOpenidc } from './apache.ts';
import { authlib } from './authlib.ts';
import { leaveOut } from './can-run.ts';
import { goOidc } from './go-oidc.ts';
import { startHost } from './host.ts';

// Stock OpenID Connect clients of other languages.

// Each installs what it needs. Before anything is declared: AVA wants to know all tests at once.
const rows = await Promise.all(
  [authlib, goOidc, modAuthOpenidc].map(async (host) => ({
    host,
    prepared: await host.prepare().catch((error: Error) => error),
  })),
);
const service = await startService();
test.after.always('the service ends', () => service.stop());

/** A login as the browser sees it: from the host's page and back to it. `change`: what somebody writes into the request. */
async function visitHost(origin: string, login: string, change: Record<string, string> = {}) {
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

async function rotateKeys(): Promise<void> {
  const { json } = await service.operate('POST', '/v1/signing-keys/rotate', { publish_for: 10 });
  const kids = json()
    .keys.filter(({ state }: { state: string }) => state === 'next')
    .map(({ kid }: { kid: string }) => kid);
  await until(async () => {
    const jwks = await (await fetch(`${service.publicUrl}/oidc/jwks`)).json();
    return kids.includes((jwks as { keys: { kid: string }[] }).keys[0]?.kid);
  });
}

/** Who is logged in at the host. */
const isOf = (entId: string, { status, text, headers }: Awaited<ReturnType<typeof visitHost>>) =>
  status === 200 && `${text} ${headers['x-user']}`.includes(`${entId}:`);

for (const { host, prepared } of rows) {
  if (prepared === undefined) {
    leaveOut(host.name, 'it is not there');
    continue;
  }
  test.serial(
    `${host.name} logs in, refuses the nonce of another request, and goes on with new keys`,
    async (t) => {
      if (prepared instanceof Error) throw prepared;
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
      const secret = made.json().client_secret as string;
      const issuer = `${service.publicUrl}/oidc`;
      const origin = await startHost(stack, prepared, { issuer, clientId, secret, port });

      const first = await visitHost(origin, paths.login);
      t.true(isOf(entId, first), `${first.status} ${first.text.slice(0, 300)}`);
      t.false(isOf(entId, await visitHost(origin, paths.login, { nonce: 'of-another-request' })));
      await rotateKeys();
      const later = await visitHost(origin, paths.login);
      t.true(isOf(entId, later), `${later.status} ${later.text.slice(0, 300)}`);
    },
  );
}
