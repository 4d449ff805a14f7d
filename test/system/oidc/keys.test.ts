import test from 'ava';
import { beginAt, logIn, redeem, withOidcClient } from '#test/support/oidc-client.ts';
import { withService } from '#test/support/start-service.ts';

const kidOf = (idToken = '') =>
  JSON.parse(Buffer.from(idToken.split('.')[0] ?? '', 'base64url').toString()).kid;

test('keys change in the middle of logins, in two processes, and no client takes one for forged', async (t) => {
  t.timeout(200_000);
  const service = await withService(t, { ingresses: 2 });
  const client = await withOidcClient(service, [await service.seedEnterprise()]);
  const kids: string[] = [];
  const once = async () => {
    const ingressUrl = service.ingresses[kids.length % 2]?.url ?? '';
    const begun = await beginAt(client);
    const back = await logIn(service, service.person({ ingressUrl }), begun);
    // It fetches keys anew a minute after it last did, at the earliest: that minute is over.
    const late = { ...client, config: await client.discover() };
    const tokens = await redeem(late, begun, back).catch((error) => {
      throw new Error(`${error.code} ${error.message} ${error.cause?.message}`);
    });
    kids.push(kidOf(tokens.id_token));
  };
  await once();
  const rotated = await service.operate('POST', '/v1/signing-keys/rotate', { publish_for: 10 });
  t.is(rotated.status, 200, rotated.text);
  const next = rotated
    .json()
    .keys.find((key: { alg: string; state: string }) => key.alg === 'RS256' && key.state === 'next');
  const begun = performance.now();
  while (kids.at(-1) !== next.kid && performance.now() - begun < 120_000) await once();
  t.deepEqual([...new Set(kids)].length, 2);
  t.is(kids.at(-1), next.kid);
  const jwks = await (await fetch(`${service.publicUrl}/oidc/jwks`)).json();
  t.true(JSON.stringify(jwks).includes(kids[0] ?? ''), 'the old key is still known');
});
