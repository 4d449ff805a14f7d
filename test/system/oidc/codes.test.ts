import test from 'ava';
import { beginAt, logIn, redirectUri, withOidcClient } from '#test/support/oidc-client.ts';
import { withService } from '#test/support/start-service.ts';

const rounds = 100;
const atOnce = 20;

test('of twenty redemptions of one code at the same moment one wins, always, whichever ingress is asked', async (t) => {
  t.timeout(400_000);
  const service = await withService(t, { ingresses: 2 });
  const client = await withOidcClient(service, [await service.seedEnterprise()]);
  const basic = Buffer.from(`${client.clientId}:${client.secret}`).toString('base64');
  const redeem = async (code: string, verifier: string, at: number) => {
    const ingress = service.ingresses[at % service.ingresses.length];
    const answer = await fetch(`${ingress?.url}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }),
    });
    const json = (await answer.json()) as { error?: string; access_token?: string };
    return answer.status === 200 ? 'won' : `${answer.status} ${json.error}`;
  };
  for (let round = 0; round < rounds; round += 1) {
    const begun = await beginAt(client);
    const back = await logIn(service, service.person(), begun);
    const code = back.searchParams.get('code') ?? '';
    const all = await Promise.all(
      Array.from({ length: atOnce }, (_, at) => redeem(code, begun.verifier, at)),
    );
    t.is(all.filter((result) => result === 'won').length, 1, `round ${round}: ${all}`);
    t.deepEqual([...new Set(all)].toSorted(), ['400 invalid_grant', 'won']);
  }
});
