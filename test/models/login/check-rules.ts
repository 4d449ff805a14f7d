import assert from 'node:assert/strict';
import { callsPerCode } from '#models/login/ledger.ts';
import type { World } from './login-world.ts';
import { claimWindowMs, codeLifetimeMs, leastUsefulMs } from './stepped-run.ts';

/** An answer that is on its way when its code's lifetime ends may still come in this time, in ms. */
const underWayMs = 2_500;

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
  /** It was ready when the host unbound its person. */
  isRevoked?: boolean;
};

/** The contract's section 5, as far as the moves of a login can break it. Called after every command. */
export async function checkRules(logins: readonly LoginModel[], world: World): Promise<void> {
  assert.deepEqual(world.chronicle.violations, []);
  assert.ok((await world.countBindings()) <= 1, 'one person has two bindings');
  checkAnswers(logins, world);
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
    assert.ok(!(login.isRevoked && status === 'ready'), 'an unbound person’s login is told as ready');
    const isUnderWay = record.stage === 'exchanging' || record.stage === 'exchanged';
    const endsAt = (record.codeDiesAt ?? record.begunAt + codeLifetimeMs) + (isUnderWay ? underWayMs : 0);
    assert.ok(status !== 'pending' || record.now < endsAt, 'a login hangs past its time');
  }
}

/** What a page is told is what its host gets: the person as he is bound now, or nothing once he was unbound. */
export async function checkRedeemed(login: LoginModel, world: World): Promise<void> {
  const record = await world.findOwn(login.owner, login.id);
  if (record?.status !== 'ready' || record.isRedeemed) return;
  const { ticket } = world.openOutcome(record);
  const taken = await world.redeem(ticket);
  if (login.isRevoked) assert.equal(taken, undefined, 'an unbound person’s ticket was redeemed');
  if (taken !== undefined) {
    assert.equal(taken.outcome.userId, await world.boundUser(), 'a ticket names a user who is not bound');
  }
}

/** Answers, not records: a poll may have been held while everything changed. */
function checkAnswers(logins: readonly LoginModel[], world: World): void {
  for (const { login: id, browser, view } of world.held) {
    if (view?.status !== 'ready' && view?.status !== 'bind') continue;
    const login = logins.find((one) => one.id === id);
    assert.equal(browser, login?.owner, 'a held poll told another browser’s end');
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
      // Two runs that died between claim and call leave a code that may have been sent twice, for all anybody knows.
      (await world.claimsOf(before)) < callsPerCode &&
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
  for (const poll of world.held) poll.end();
  await Promise.all(world.held.map(({ answered }) => answered));
  checkAnswers(logins, world);
  for (const login of logins) await checkRedeemed(login, world);
  world.clock.offsetMs += codeLifetimeMs + 1;
  await checkRules(logins, world);
}
