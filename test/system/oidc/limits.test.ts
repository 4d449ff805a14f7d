import test from 'ava';
import { None } from 'openid-client';
import { startRedis } from '#dev-stores/start-redis.ts';
import { beginAt, logIn, redeem, redirectUri, withOidcClient } from '#test/support/oidc-client.ts';
import { startService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { withMongo } from '#test/support/with-mongo.ts';

const megabyte = 1_048_576;

test('what anybody may have us keep is short, soon gone, and leaves room in Redis for those who have begun', async (t) => {
  const redis = await startRedis({ settings: { maxmemory: String(64 * megabyte) } });
  t.teardown(redis.close);
  const service = await startService({ redis: { url: redis.url, prefix: 'limited' }, mongo: withMongo(t) });
  t.teardown(service.stop);
  const enterprise = await service.seedEnterprise();
  const noSecret = { form: { token_endpoint_auth_method: 'none' }, auth: () => None() };
  const client = await withOidcClient(service, [enterprise], noSecret);
  const rows = () => service.findKeys(':oidc:*');
  const push = (state: string) =>
    fetch(`${service.publicUrl}/oidc/request`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: client.clientId,
        response_type: 'code',
        scope: 'openid',
        redirect_uri: redirectUri,
        code_challenge: 'x'.repeat(43),
        code_challenge_method: 'S256',
        state,
      }),
    });

  // What is refused leaves nothing.
  t.is((await push('好'.repeat(1_500))).status, 400, '4.5 KB');
  const { url } = await beginAt(client);
  for (const [name, value] of [
    ['redirect_uri', 'https://evil.example/'],
    ['client_id', 'nobody'],
    ['code_challenge_method', 'plain'],
    ['prompt', 'none'],
  ] as const) {
    const wrong = new URL(url);
    wrong.searchParams.set(name, value);
    await service.person().visit(wrong.href);
  }
  t.deepEqual(await rows(), []);

  // Whoever never comes back is forgotten in two minutes, also when somebody else has the address.
  const owner = service.person();
  const { location } = await owner.visit(url.href);
  const [row = ''] = await rows();
  await service.person().visit(location);
  t.true((await service.redis.ttl(row)) <= 120);
  await owner.visit(location);
  t.true((await service.redis.ttl(row)) > 1_700);
  // And so is a question whether to log out of nothing.
  await service.person().visit('/oidc/session/end');
  const [question = ''] = (await rows()).filter((key) => key.includes(':Session:'));
  t.true((await service.redis.ttl(question)) <= 120);

  const one = service.person();
  const begun = await beginAt(client);
  const toWeChat = await one.visit((await one.visit(begun.url.href)).location);

  await service.redis.setrange('limited:junk', 54 * megabyte, 'x');
  const full = await until(async () => {
    const answer = await service.person().visit((await beginAt(client)).url.href);
    return answer.status === 503 ? answer : undefined;
  });
  t.truthy(full.headers['retry-after']);
  t.regex(full.text, /<meta http-equiv="refresh" content="\d+">/, 'it comes again by itself');
  const kept = (await rows()).length;
  t.is((await push('x')).status, 503);
  await service.person().visit(url.href);
  await service.person().visit('/oidc/session/end');
  t.is((await rows()).length, kept);
  // Who has begun ends, and a login by ticket goes on as ever.
  const callback = await one.callback(await one.authorize(toWeChat.location));
  const finish = callback.location.includes('/finish')
    ? callback.location
    : (await one.waitForEnd()).location;
  const back = new URL((await one.visit((await one.visit(finish ?? '')).location)).location);
  t.truthy((await redeem(client, begun, back)).claims());
  t.truthy((await service.person().login(enterprise.entId)).ticket);

  await service.redis.del('limited:junk');
  await until(
    async () => (await logIn(service, service.person(), await beginAt(client)).catch(() => '')) !== '',
  );
});
