import test from 'ava';
import { startRedis } from '#dev-stores/start-redis.ts';
import { type OidcClient, withOidcClient } from '#test/support/oidc-client.ts';
import { hops, walkIn } from '#test/support/oidc-walk.ts';
import { shared } from '#test/support/shared.ts';
import { startService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { withMongo } from '#test/support/with-mongo.ts';

// Each takes something away from all.
const world = shared(test, async (t) => {
  const redis = await startRedis();
  t.teardown(redis.close);
  const service = await startService({
    redis: { url: redis.url, prefix: 'restarted' },
    mongo: withMongo(t),
    workers: 1,
  });
  t.teardown(service.stop);
  const client = await withOidcClient(service, [await service.seedEnterprise()]);
  return { redis, service, client };
});

/** Two people at once, each as a browser that is new: what they are told of themselves, and how often they began. */
async function twoPeople(client: OidcClient, fault?: Parameters<typeof walkIn>[2]) {
  const { service } = world();
  const [one, other] = ['one', 'other'].map((name) => service.person({ name }));
  if (!one || !other) throw new Error('nobody');
  const ends = await Promise.all([walkIn(one, client, fault), walkIn(other, client)]);
  for (const { sub, told } of ends)
    if (told['sub'] !== sub) throw new Error('the token is of another person');
  return ends;
}

const faults = {
  async 'Redis is killed and starts again'() {
    const { redis } = world();
    await redis.crash();
    await redis.restart();
  },
  async 'the ingress is killed and starts again'() {
    const { service } = world();
    const PORT = new URL(service.publicUrl).port;
    await service.ingresses.at(-1)?.end('SIGKILL');
    await service.startIngress({ PORT });
  },
};

for (const [what, fault] of Object.entries(faults)) {
  for (const hop of hops) {
    test.serial(
      `${what} at ${hop}: the login ends, or begins again by itself, and nobody is somebody else`,
      async (t) => {
        t.timeout(240_000);
        const { client, service } = world();
        const before = (await twoPeople(client)).map(({ sub }) => sub);
        t.is(new Set(before).size, 2);
        let happened = 0;
        const happen = async () => {
          await fault();
          happened += 1;
          const readyz = `${service.ingresses.at(-1)?.adminUrl}/readyz`;
          await until(async () => (await fetch(readyz).catch(() => undefined))?.ok, { timeoutMs: 60_000 });
        };
        const after = await twoPeople(client, { at: hop, happen });
        t.is(happened, 1);
        t.deepEqual(
          after.map(({ sub }) => sub),
          before,
        );
        t.log(after.map(({ begins, over }) => `${begins} ${over}`));
      },
    );
  }
}
