import test from 'ava';
import { countRedisCommands } from '#bench/counting/redis-commands.ts';
import { startRedis } from '#dev-stores/start-redis.ts';
import { beginAt, logIn, redeem, withOidcClient } from '#test/support/oidc-client.ts';
import { startService } from '#test/support/start-service.ts';
import { withMongo } from '#test/support/with-mongo.ts';

const people = 20;
/** Of a ticket login that is redeemed, too. */
const mostMore = 13;

test('an OpenID Connect login costs at most 13 Redis commands more than one by ticket, and leaves nothing legible', async (t) => {
  const redis = await startRedis();
  t.teardown(redis.close);
  const service = await startService({ redis: { url: redis.url, prefix: 'counted' }, mongo: withMongo(t) });
  t.teardown(service.stop);
  const enterprise = await service.seedEnterprise();
  const client = await withOidcClient(service, [enterprise]);
  const secrets = new Map<string, string>([[client.secret, 'client_secret']]);

  const byTicket = async () => {
    const { ticket } = await service.person().login(enterprise.entId);
    const { status } = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket });
    if (status !== 200) throw new Error(`a ticket was answered ${status}`);
  };
  const byClient = async () => {
    const person = service.person();
    const begun = await beginAt(client);
    const back = await logIn(service, person, begun);
    const tokens = await redeem(client, begun, back);
    // The interaction's is in its address, too: worth nothing without its signature.
    const cookies = [...person.cookies].filter(([name]) => name === 'oidc-session');
    const code = back.searchParams.get('code') ?? '';
    const openid = String(tokens.claims()?.['wechat_openid']);
    const { verifier, nonce } = begun;
    for (const [name, value] of Object.entries({
      code,
      openid,
      verifier,
      nonce,
      ...tokens,
      ...Object.fromEntries(cookies),
    }))
      if (String(value).length > 20) secrets.set(String(value), name);
  };
  for (let n = 0; n < 3; n += 1) {
    await byTicket();
    await byClient();
  }
  const count = async (login: () => Promise<void>) => {
    const { each } = await countRedisCommands(redis.url, async () => {
      for (let n = 0; n < people; n += 1) await login();
    });
    return { each, sum: [...each.values()].reduce((sum, one) => sum + one, 0) / people };
  };
  const [ticket, oidc] = [await count(byTicket), await count(byClient)];
  t.log([...oidc.each].map(([name, all]) => `${name} ${all / people}`).join(', '), ticket.sum, oidc.sum);
  // A twentieth is for what happens once in a while.
  t.true(oidc.sum - ticket.sum <= mostMore + 0.05, `${oidc.sum} - ${ticket.sum}`);
  t.true(oidc.sum - ticket.sum > 8, 'the counting counts');

  // Whoever reads Redis, or our log, learns nothing that opens anything.
  const stored: string[] = [];
  for (const key of await service.redis.keys('*')) {
    const type = await service.redis.type(key);
    stored.push(key, type === 'hash' ? JSON.stringify(await service.redis.hgetall(key)) : '');
  }
  t.true(stored.some((text) => text.includes(':oidc:AuthorizationCode:')));
  const everything = [...stored, ...service.logs()].join('\n');
  t.true(secrets.size > people);
  const legible = [...secrets].filter(([secret]) => everything.includes(secret)).map(([, name]) => name);
  t.deepEqual([...new Set(legible)], []);
  const lives = await Promise.all(
    stored.filter((text) => text.startsWith('counted:oidc:')).map((key) => service.redis.ttl(key)),
  );
  t.true(
    lives.every((seconds) => seconds > 0 && seconds <= 1_800),
    String(lives),
  );
  // Ten minutes from the login on, however often it is used.
  const [session = ''] = stored.filter((text) => text.includes(':oidc:Session:'));
  t.true((await service.redis.ttl(session)) <= 600);
});
