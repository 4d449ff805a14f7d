import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { ticketIn } from '#test/support/person.ts';
import { startService } from '#test/support/start-service.ts';
import { canRun } from './can-run.ts';
import { startFront } from './hosts/front.ts';
import { sampleFile } from './hosts/samples.ts';

const file = 'login.sh';
if (canRun(file, { programs: ['sh', 'curl', 'openssl'] })) {
  const service = await startService();
  const front = await startFront(service.ingresses[0]?.url ?? '');
  test.after.always('the service ends', async () => {
    await front.close();
    await service.stop();
  });

  /** A login that was begun at this terminal, gone through in WeChat. */
  async function begun(t: ExecutionContext, unbound: 'create' | 'bind') {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'login-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const { entId, apiKey } = await service.seedEnterprise({ unbound, require_state: true });
    const env = { LOGIN_SERVICE_URL: front.url, ENT_ID: entId, API_KEY: apiKey };
    const run = (...args: string[]) =>
      execa('sh', [sampleFile(file), ...args], { cwd: folder, env, reject: false });
    const { stdout } = await run('begin');
    const person = service.person();
    const { location } = await person.visit(stdout);
    await person.callback(await person.authorize(location));
    const { location: end = '' } = await person.waitForEnd();
    return { run, end, person };
  }

  test.serial(`${file}: a ticket tells who logged in, once`, async (t) => {
    const { run, end, person } = await begun(t, 'create');
    const first = await run('login', end);
    t.is(first.exitCode, 0, first.stderr);
    t.true(JSON.parse(first.stdout).nickname.includes(person.name));
    const second = await run('login', end);
    t.is(second.exitCode, 1);
    t.is(JSON.parse(second.stdout).error, 'invalid_grant');
  });

  test.serial(`${file}: an address of another state is not sent on`, async (t) => {
    const [{ run, end }, other] = [await begun(t, 'create'), await begun(t, 'create')];
    const asked = front.listenTo();
    for (const address of [other.end, end.replace(/&state=[^&]*/, ''), end.replace(/state=./, 'state=_')])
      t.like(await run('login', address), { exitCode: 1, stdout: '' });
    t.deepEqual(asked, []);
    t.is((await run('login', end)).exitCode, 0);
  });

  test.serial(`${file}: a first login is looked at and bound`, async (t) => {
    const { run, end, person } = await begun(t, 'bind');
    t.true(JSON.parse((await run('look', end)).stdout).nickname.includes(person.name));
    t.is((await run('bind', end, 'al"ice')).exitCode, 1);
    const bound = await run('bind', end, 'alice');
    t.like(JSON.parse(bound.stdout), { user_id: 'alice', created: true });
  });

  for (const fault of ['away', 'lost'] as const) {
    test.serial(
      `${file}: it asks once more, with the same key, when the first answer is ${fault}`,
      async (t) => {
        const { run, end } = await begun(t, 'create');
        t.true(ticketIn(end).length > 20);
        const asked = front.listenTo();
        front.fail(fault);
        const { exitCode, stderr } = await run('login', end);
        t.is(exitCode, 0, stderr);
        t.is(asked.length, 2);
        t.true((asked[0]?.key?.length ?? 0) >= 22);
        t.is(asked[0]?.key, asked[1]?.key);
      },
    );
  }
}
