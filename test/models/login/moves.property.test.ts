import { inspect } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { connectMongo } from '#connections/connect-mongo.ts';
import { createSettledLogins } from '#ingress/waking/settled-logins.ts';
import { createBindingModel } from '#models/documents/binding.ts';
import { ensureIndexes } from '#models/documents/ensure-indexes.ts';
import { settledChannel } from '#models/login/settled-channel.ts';
import { withMongo } from '#test/support/with-mongo.ts';
import { withRedis } from '#test/support/with-redis.ts';
import { checkEnds, type LoginModel } from './check-rules.ts';
import { loginCommands } from './login-commands.ts';
import { createWorld } from './login-world.ts';

/** Cases of one run of the suite; PROPERTY_RUNS=100000 for a long night. */
const cases = Number(process.env['PROPERTY_RUNS'] || 200);
const seed = Number(process.env['PROPERTY_SEED'] || Math.floor(Math.random() * 2 ** 31));
/** A run's pauses between two tries are real: several cases wait at the same time. */
const lanes = 8;

for (let lane = 0; lane < lanes; lane += 1) {
  test(`whatever happens to two logins of one person, in any order, the rules hold (${lane + 1} of ${lanes})`, async (t) => {
    if (lane === 0) t.log(`PROPERTY_SEED=${seed}`);
    t.timeout(process.env['PROPERTY_RUNS'] ? 12 * 3_600_000 : 150_000);
    const { url, prefix } = withRedis(t);
    const redis = new Redis(url);
    t.teardown(() => redis.disconnect());
    const mongo = await connectMongo(withMongo(t).url);
    t.teardown(() => mongo.close());
    const bindings = createBindingModel(mongo);
    await ensureIndexes(mongo);

    const subscriber = new Redis(url);
    t.teardown(() => subscriber.disconnect());
    const settledLogins = createSettledLogins();
    subscriber.on('message', (_channel, message: string) => settledLogins.hear(message));
    await subscriber.subscribe(settledChannel(prefix));

    const holds = fc.asyncProperty(
      fc.commands(loginCommands, { maxCommands: 40, size: 'max' }),
      async (commands) => {
        const world = createWorld({ redis, prefix, bindings, settledLogins });
        const logins: LoginModel[] = [];
        // The second lost its cookie before: its next foreign code is held until it is confirmed.
        for (const restarts of [0, 1]) {
          const [owner, foreigner] = [`owner ${restarts}`, `foreigner ${restarts}`];
          const id = await world.open(owner, restarts);
          logins.push({ id, owner, foreigner, codes: [], foreignCodes: [] });
        }
        try {
          await fc.asyncModelRun(() => ({ model: { logins }, real: world }), commands);
          await checkEnds(logins, world);
        } finally {
          world.close();
        }
      },
    );
    const { failed, ...details } = await fc.check(holds, {
      seed: seed + lane,
      numRuns: Math.ceil(cases / lanes),
    });
    t.false(failed, `PROPERTY_SEED=${seed}: ${details.counterexample}\n${inspect(details.errorInstance)}`);
  });
}
