import fc from 'fast-check';
import { checkRedeemed, checkRules, type LoginModel } from './check-rules.ts';
import { type FakeAnswer, fakeAnswers } from './fake-wechat.ts';
import type { World } from './login-world.ts';
import { claimWindowMs } from './stepped-run.ts';

export type Model = { readonly logins: LoginModel[] };
type Command = fc.AsyncCommand<Model, World>;

/** A command as a sentence; after each the rules are checked. */
function command(sentence: string, run: (model: Model, world: World) => Promise<unknown>): Command {
  return {
    check: () => true,
    toString: () => sentence,
    async run(model, world) {
      await run(model, world);
      await checkRules(model.logins, world);
    },
  };
}

const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(list.length, 1)];
const login = fc.nat({ max: 1 });
const nth = fc.nat({ max: 7 });
/** ioredis sends a command again whose reply was lost. */
const twice = fc.boolean();
const lost = (isLost: boolean) => (isLost ? ', reply lost' : '');
const unended = ({ runs }: World) => runs.filter(({ isOver }) => !isOver);
/** Good most of the time, so that cases get somewhere. */
const answer = fc.oneof(
  { weight: 2, arbitrary: fc.constant<FakeAnswer>('good') },
  { weight: 3, arbitrary: fc.constantFrom(...fakeAnswers) },
);

const callback = fc.record({ at: login, again: fc.boolean(), resent: twice }).map(({ at, again, resent }) =>
  command(
    `the browser of login ${at} brings ${again ? 'its last code again' : 'a new code'}${lost(resent)}`,
    async (model, world) => {
      const one = pick(model.logins, at);
      if (one === undefined) return;
      const known = one.codes.at(-1);
      const code = again && known !== undefined ? known : (await world.weChat.mint()).code;
      const { verb } = await world.callback(one.id, one.owner, code);
      if (resent) await world.callback(one.id, one.owner, code);
      if (verb === 'recorded') one.codes.push(code);
    },
  ),
);
const step = fc.tuple(nth, answer, twice).map(([at, given, resent]) =>
  command(`run ${at} goes a step (${given}${lost(resent)})`, async (_model, world) => {
    const run = pick(unended(world), at);
    await run?.step({ answer: given, twice: resent });
  }),
);

/** Everything that may happen to two logins, in any order; what a login needs to get on comes more often. */
export const loginCommands = [
  callback,
  callback,
  step,
  step,
  step,
  login.map((at) =>
    command(`a foreign browser brings a code to login ${at}`, async (model, world) => {
      const one = pick(model.logins, at);
      if (one === undefined) return;
      const { code } = await world.weChat.mint();
      one.foreignCodes.push(code);
      await world.callback(one.id, one.foreigner, code);
    }),
  ),
  fc.tuple(login, twice).map(([at, resent]) =>
    command(`the foreign browser confirms login ${at}${lost(resent)}`, async (model, world) => {
      const one = pick(model.logins, at);
      if (one === undefined) return;
      const { verb } = await world.confirm(one.id, one.foreigner);
      if (resent) await world.confirm(one.id, one.foreigner);
      if (verb === 'foreign') return;
      if (verb === 'repeated' || verb === 'finished') return;
      // Confirmed: the login, and the code that its page asked about, are this browser's.
      [one.owner, one.foreigner] = [one.foreigner, one.owner];
      const [asked] = one.foreignCodes.splice(-1);
      if (verb === 'recorded' && asked !== undefined) one.codes.push(asked);
      one.foreignCodes.length = 0;
    }),
  ),
  fc.tuple(login, fc.boolean()).map(([at, foreign]) =>
    command(
      `a poll of login ${at} is held by ${foreign ? 'a foreign browser' : 'its own'}`,
      async (model, world) => {
        const one = pick(model.logins, at);
        if (one !== undefined) world.hold(foreign ? one.foreigner : one.owner, one.id);
      },
    ),
  ),
  login.map((at) =>
    command(
      `a poll of login ${at} is held, and the foreign browser confirms meanwhile`,
      async (model, world) => {
        const one = pick(model.logins, at);
        if (one === undefined) return;
        const { code } = await world.weChat.mint();
        world.hold(one.owner, one.id);
        const { n } = await world.callback(one.id, one.foreigner, code);
        const { verb } = await world.confirm(one.id, one.foreigner);
        if (n === 0 || verb !== 'recorded') {
          one.foreignCodes.push(code);
          return;
        }
        [one.owner, one.foreigner] = [one.foreigner, one.owner];
        one.codes.push(code);
        one.foreignCodes.length = 0;
      },
    ),
  ),
  fc.constant(
    command('the host unbinds the person', async (model, world) => {
      await world.unbind();
      for (const one of model.logins) {
        const record = await world.records.read(one.id);
        if (record?.status === 'ready') one.isRevoked = true;
      }
    }),
  ),
  login.map((at) =>
    command(`the host redeems what the page of login ${at} is told`, async (model, world) => {
      const one = pick(model.logins, at);
      if (one !== undefined) await checkRedeemed(one, world);
    }),
  ),
  fc.tuple(nth, fc.boolean()).map(([at, renamed]) =>
    command(`a worker takes job ${at}${renamed ? ' under another id' : ''}`, async (_model, world) => {
      const [jobId, job] = pick([...world.jobs], at) ?? [];
      if (jobId !== undefined && job !== undefined) world.run(renamed ? `${jobId}-1` : jobId, job);
    }),
  ),
  fc.tuple(nth, answer).map(([at, given]) =>
    command(`run ${at} goes to its end (${given})`, async (_model, world) => {
      const run = pick(unended(world), at);
      for (let stop = 0; stop < 12 && run?.isOver === false; stop += 1) await run.step({ answer: given });
    }),
  ),
  nth.map((at) =>
    command(`a healthy worker does job ${at}`, async (_model, world) => {
      const [jobId, job] = pick([...world.jobs], at) ?? [];
      const run = jobId !== undefined && job !== undefined ? world.run(jobId, job) : undefined;
      for (let stop = 0; stop < 12 && run?.isOver === false; stop += 1) await run.step();
    }),
  ),
  nth.map((at) =>
    command(`run ${at} crashes`, async (_model, world) => {
      world.runs.splice(at % Math.max(world.runs.length, 1), 1);
    }),
  ),
  nth.map((at) =>
    command(`the queue gives job ${at} up`, async (_model, world) => {
      const job = pick([...world.jobs.values()], at);
      if (job !== undefined) await world.giveUp(job);
    }),
  ),
  fc.constantFrom(1_000, claimWindowMs + 1, 150_000, 300_001).map((ms) =>
    command(`${ms} ms pass`, async (_model, world) => {
      world.clock.offsetMs += ms;
    }),
  ),
];
