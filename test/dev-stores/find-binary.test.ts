import test from 'ava';
import { findBinary, type Step, tryVersion } from '#dev-stores/find-binary.ts';

/** Looks for a program among steps of which only those named `working` can be run. */
async function find(steps: Step[], working: string[]) {
  const said: string[] = [];
  const tried: string[] = [];
  const found = await findBinary({
    name: 'thing',
    steps,
    async tryOut(bin) {
      tried.push(bin);
      if (!working.includes(bin)) {
        throw new Error(`${bin} is broken`);
      }
    },
    byHand: 'Install thing, or use docker compose up.',
    say: (line) => said.push(line),
  });
  return { found, said, tried };
}

const onPath: Step = { find: async () => 'thing' };
const inCache: Step = { find: async () => 'cache/thing' };
const download: Step = { says: 'fetching it', find: async () => 'fetched/thing' };

test('the first step that gives a working program ends the search', async (t) => {
  const { found, tried, said } = await find([onPath, inCache, download], ['cache/thing', 'fetched/thing']);
  t.is(found, 'cache/thing');
  t.deepEqual(tried, ['thing', 'cache/thing']);
  t.deepEqual(said, []);
});

test('a step that installs says so on one line before it starts', async (t) => {
  const { found, said } = await find([onPath, download], ['fetched/thing']);
  t.is(found, 'fetched/thing');
  t.deepEqual(said, ['thing: fetching it']);
});

test('a step that is not open on this machine is neither told nor taken', async (t) => {
  const closed: Step = { ...download, isOpen: async () => false };
  const { said } = await find([closed, inCache], ['cache/thing', 'fetched/thing']);
  t.deepEqual(said, []);
});

test('a step that throws lets the next one try', async (t) => {
  const offline: Step = {
    find: async () => {
      throw new Error('no network');
    },
  };
  t.is((await find([offline, inCache], ['cache/thing'])).found, 'cache/thing');
});

test('when every step fails one message says what was tried and what to do', async (t) => {
  const offline: Step = {
    says: 'fetching it',
    find: async () => {
      throw new Error('no network');
    },
  };
  const error = await t.throwsAsync(find([onPath, offline], []));
  t.is(
    error.message,
    'No usable thing. Install thing, or use docker compose up.\n  - thing is broken\n  - fetching it: no network',
  );
});

test('a program that is not there is refused', async (t) => {
  await t.throwsAsync(tryVersion('no-such-program', /v(\d+)\.(\d+)/, [1, 0]));
});

test('a program older than needed is refused, a newer one is taken', async (t) => {
  const node = (least: [number, number]) => tryVersion(process.execPath, /v(\d+)\.(\d+)/, least);
  await t.notThrowsAsync(node([20, 0]));
  await t.throwsAsync(node([999, 0]), { message: /older than 999\.0/ });
});

test('a program that does not name a version is refused', async (t) => {
  await t.throwsAsync(tryVersion(process.execPath, /db version v(\d+)\.(\d+)/, [1, 0]), {
    message: /version/,
  });
});
