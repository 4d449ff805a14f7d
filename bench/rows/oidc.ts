import { randomBytes } from 'node:crypto';
import { cpuTimesOf } from '#bench/cpu-time.ts';
import { manyAtOnce } from '#bench/driver/loops.ts';
import { databaseUrl } from '#bench/subjects/setting.ts';
import { startRedis } from '#dev-stores/start-redis.ts';
import { beginAt, logIn, redeem, withOidcClient } from '#test/support/oidc-client.ts';
import { startService } from '#test/support/start-service.ts';
import type { Bench, Findings, RowGroup } from './bench.ts';

const atOnce = 20;
const rounds = 3;

/** CPU time of a login by OpenID Connect beside one by ticket, up to the host's answer, each redeemed: the least of the rounds. */
export const oidc: RowGroup = {
  names: ['oidc'],
  async measure({ setting, size, say }: Bench): Promise<Findings> {
    const count = Math.ceil(size.depthLogins / 5);
    await using redis = await startRedis();
    const mongo = { url: databaseUrl(setting.mongoUrl, `bench_oidc_${randomBytes(4).toString('hex')}`) };
    await using service = await startService({
      redis: { url: redis.url, prefix: 'bench-oidc' },
      mongo,
      env: { LOG_LEVEL: 'warn' },
    });
    const enterprise = await service.seedEnterprise();
    const clientOf = (alg: string) =>
      withOidcClient(service, [enterprise], { form: { id_token_signed_response_alg: alg } });
    const [es256, rs256] = [await clientOf('ES256'), await clientOf('RS256')];
    const byClient = async (client: typeof es256) => {
      const begun = await beginAt(client);
      await redeem(client, begun, await logIn(service, service.person(), begun));
    };
    const ways = {
      'by ticket': async () => {
        const { ticket } = await service.person().login(enterprise.entId);
        await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket });
      },
      'by OpenID Connect, ES256': () => byClient(es256),
      'by OpenID Connect, RS256': () => byClient(rs256),
    };
    const pids = {
      ingress: service.ingresses[0]?.pid ?? 0,
      worker: service.workers[0]?.pid ?? 0,
      redis: redis.pid ?? 0,
    };
    const least = new Map<string, number[]>();
    for (let round = 0; round <= rounds; round += 1) {
      for (const [way, one] of Object.entries(ways)) {
        const before = cpuTimesOf(pids);
        await manyAtOnce(count, atOnce, one);
        const used = Object.entries(cpuTimesOf(pids)).map(([name, us]) => (us - (before[name] ?? 0)) / count);
        const known = round > 1 ? (least.get(way) ?? []) : [];
        // The first round warms up.
        if (round > 0)
          least.set(
            way,
            used.map((us, n) => Math.round(Math.min(us, known[n] ?? us))),
          );
      }
      say(`  ${[...least].map(([way, all]) => `${way} ${all.join(' + ')}`).join(', ')}`);
    }
    await service.mongo.dropDatabase();
    const title = 'CPU time of a login by ticket and by OpenID Connect (µs)';
    const columns = ['login', ...Object.keys(pids)];
    return { tables: [{ title, columns, lines: [...least].map(([way, all]) => [way, ...all]) }], facts: {} };
  },
};
