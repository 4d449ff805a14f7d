import test from 'ava';
import { loginsOfJobId } from '#models/login/job-logins.ts';
import { shardOf } from '#models/login/store.ts';
import { until } from '#test/support/until.ts';
import { isShared, jobsMade, untilShared } from './jobs-of.ts';
import { sharedService } from './shared-service.ts';

const people = 40;
const service = await sharedService();
const callsOf = (callbackUrl: string) => {
  const code = new URL(callbackUrl).searchParams.get('code') ?? '';
  return service.simulator.control.calls({ endpoint: 'access_token', code }).calls;
};

test.serial(
  'logins of one moment share jobs; each callback twice makes neither a second job nor a second call',
  async (t) => {
    await untilShared(service.ingresses[0]);
    const { entId } = await service.seedEnterprise();
    const persons = await Promise.all(
      Array.from({ length: people }, async () => {
        const person = service.person();
        return { person, callbackUrl: await person.authorize(await person.start(entId)) };
      }),
    );
    const twice = persons.flatMap((one) => [one, one]);
    const answers = await Promise.all(twice.map(({ person, callbackUrl }) => person.callback(callbackUrl)));
    t.true(answers.every(({ status }) => status === 303));
    const ends = await Promise.all(persons.map(({ person }) => person.waitForEnd()));
    t.deepEqual([...new Set(ends.map(({ status }) => status))], ['ready']);
    for (const { callbackUrl } of persons) t.is(callsOf(callbackUrl).length, 1);
    const made = await jobsMade(service);
    t.true(made.some(isShared), made.join());
    for (const { person } of persons) {
      const { job } = (await service.operate('GET', `/operate/logins/${person.loginId}`)).json() as {
        job: string;
      };
      t.true(made.includes(job), job);
    }
    t.is(
      made.map(loginsOfJobId).reduce((sum, logins) => sum + logins, 0),
      people,
    );
  },
);

test.serial(
  'a page that waits while its shared job does is no reason for another; one whose job is lost gets one',
  async (t) => {
    const { entId } = await service.seedEnterprise();
    const persons = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const person = service.person();
        return { person, callbackUrl: await person.authorize(await person.start(entId)) };
      }),
    );
    await untilShared(service.ingresses[0]);
    service.workers[0]?.process.kill('SIGSTOP');
    await Promise.all(persons.map(({ person, callbackUrl }) => person.callback(callbackUrl)));
    const before = await jobsMade(service);
    const login = persons[0]?.person.loginId ?? '';
    const place = `{${service.prefix}:${shardOf(login)}}`;
    const waiting = await service.redis.lrange(`${place}:exchange:wait`, 0, -1);
    t.true(waiting.some(isShared), waiting.join());
    const recordedAt = Number(await service.redis.hget(`${place}:login:${login}`, 'recorded_at'));
    await until(async () => Number((await service.redis.time())[0]) * 1_000 - recordedAt > 5_000);
    for (const { person } of persons) await person.poll({ wait: 1 });
    t.deepEqual(await jobsMade(service), before);

    for (const id of waiting) {
      await service.redis.lrem(`${place}:exchange:wait`, 1, id);
      await service.redis.del(`${place}:exchange:${id}`);
    }
    for (const { person } of persons) await person.poll({ wait: 1 });
    service.workers[0]?.process.kill('SIGCONT');
    const ends = await Promise.all(persons.map(({ person }) => person.waitForEnd()));
    t.deepEqual([...new Set(ends.map(({ status }) => status))], ['ready']);
    for (const { callbackUrl } of persons) t.is(callsOf(callbackUrl).length, 1);
  },
);
