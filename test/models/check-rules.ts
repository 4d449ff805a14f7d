import assert from 'node:assert/strict';
import type { World } from './login-world.ts';
import { claimWindowMs, codeLifetimeMs, leastUsefulMs } from './stepped-run.ts';

export type LoginModel = {
  readonly id: string;
  owner: string;
  foreigner: string;
  /** Codes of the owner that were taken. */
  readonly codes: string[];
  /** Codes that a browser brought which did not begin the login. */
  readonly foreignCodes: string[];
  /** The ticket it was seen ready with; one that died unused may be renewed. */
  ticket?: { digest: string | undefined; diesAt: number };
};

/** The contract's section 5, as far as the moves of a login can break it. Called after every command. */
export async function checkRules(logins: readonly LoginModel[], world: World): Promise<void> {
  assert.deepEqual(world.chronicle.violations, []);
  assert.ok((await world.countBindings()) <= 1, 'one person has two bindings');
  for (const login of logins) {
    const sent = new Set(world.weChat.calls.map(({ code }) => code));
    assert.ok(!login.foreignCodes.some((code) => sent.has(code)), 'a foreign browser’s code was sent');
    assert.equal(
      await world.findOwn(login.foreigner, login.id),
      undefined,
      'a foreign browser sees the login',
    );
    const record = await world.findOwn(login.owner, login.id);
    assert.ok(record, 'the browser that began the login does not see it');

    if (login.ticket !== undefined) {
      assert.equal(record.status, 'ready', 'a ready login went back');
      const isRenewed = record.now >= login.ticket.diesAt;
      assert.ok(isRenewed || record.ticket === login.ticket.digest, 'a ready login got another ticket');
    }
    if (record.status === 'ready') login.ticket = { digest: record.ticket, diesAt: record.ticketDiesAt };
    const { status } = await world.viewOf(record);
    const endsAt = record.codeDiesAt ?? record.begunAt + codeLifetimeMs;
    assert.ok(status !== 'pending' || record.now < endsAt, 'a login hangs past its time');
  }
}

/** What must come true once everybody who is at work has crashed and healthy workers take over. */
export async function checkEnds(logins: readonly LoginModel[], world: World): Promise<void> {
  world.runs.length = 0;
  world.clock.offsetMs += claimWindowMs + 1;
  for (const login of logins) {
    const before = await world.records.read(login.id);
    if (before?.status !== 'pending' || before.stage === 'open') continue;
    const newest = world.weChat.codes.get(login.codes.at(-1) ?? '');
    const isGood =
      newest !== undefined &&
      !newest.isUsed &&
      newest.diesAt - before.now > 2 * leastUsefulMs &&
      !world.weChat.calls.some(({ code }) => code === newest.code);
    // A job that got lost is put back by the page that waits for it.
    world.enqueueLost(before);
    for (const [jobId, job] of world.jobs) {
      if (job.login !== login.id) continue;
      const run = world.run(jobId, job);
      for (let step = 0; step < 30 && !run.isOver; step += 1) await run.step();
      assert.ok(run.isOver, 'a run does not end');
    }
    const after = await world.records.read(login.id);
    assert.notEqual(after?.status, 'pending', 'healthy workers leave a login undecided');
    if (isGood) assert.equal(after?.status, 'ready', 'a good code was wasted');
  }
  await checkRules(logins, world);
  world.clock.offsetMs += codeLifetimeMs + 1;
  await checkRules(logins, world);
}
