import path from 'node:path';
import { parseArgs } from 'node:util';
import { execa, execaNode } from 'execa';
import { findChromium } from '#stores/find-chromium.ts';
import { openStores, type Topology } from '#stores/open-stores.ts';

const root = path.join(import.meta.dirname, '..');
const say = (line: string) => console.error(line);

/** What `--topology` starts in the place of one Redis and one MongoDB, whatever runs already. */
const topologies: Readonly<Record<string, Topology>> = {
  cluster: { redis: 'cluster' },
  replica: { redis: 'replica' },
  'replica-set': { mongoMembers: 3 },
  tls: { isSecured: true },
  'cluster-tls': { redis: 'cluster', isSecured: true },
  'replica-tls': { redis: 'replica', isSecured: true },
};

/**
 * No run takes longer; PROPERTY_RUNS asks for one that may. AVA has a limit of its own, which it forgets once a test with a
 * longer one was idle for that time (api.js of 8.0.1, TimeoutTrigger): a file that never ended held a run up for ever.
 */
const longestRunMs = process.env['PROPERTY_RUNS'] ? 2 ** 31 - 1 : 30 * 60_000;

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interruption.abort());
}

let counts = { passed: 0, failed: 1 };
let isCheckClean = false;
try {
  const wanted = readArguments();
  isCheckClean = await runCheck();
  counts = await runAva(wanted);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
}

// Last of all: CI reads this line.
const failed = counts.failed + (isCheckClean ? 0 : 1);
console.log(`${counts.passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function runCheck() {
  const { exitCode } = await execa('npm', ['run', '--silent', 'check'], {
    cwd: root,
    stdio: 'inherit',
    reject: false,
    cancelSignal: interruption.signal,
  });
  return exitCode === 0;
}

/** Whatever is not `--topology` is AVA's. With a topology and no files it is the system tests that run. */
function readArguments() {
  const forAva = process.argv.slice(2);
  const { tokens } = parseArgs({ options: { topology: { type: 'string' } }, strict: false, tokens: true });
  const own = tokens.find((token) => token.kind === 'option' && token.name === 'topology');
  if (own?.kind !== 'option') return { forAva };
  forAva.splice(own.index, own.inlineValue ? 1 : 2);
  const topology = topologies[own.value ?? ''];
  if (topology === undefined) throw new Error(`--topology is one of ${Object.keys(topologies).join(', ')}.`);
  return { topology, forAva: forAva.length > 0 ? forAva : ['test/system/**'] };
}

async function runAva({ topology, forAva }: ReturnType<typeof readArguments>) {
  const { TEST_REDIS_URL, REDIS_URL, TEST_MONGO_URL, MONGO_URL } = topology ? {} : process.env;
  await using stores = await openStores({
    redisUrl: TEST_REDIS_URL || REDIS_URL,
    mongoUrl: TEST_MONGO_URL || MONGO_URL,
    ...topology,
    // Tests script failures with failCommand, and wait for what TTL indexes delete.
    setParameters: { enableTestCommands: 1, ttlMonitorSleepSecs: 1 },
    say,
  });
  const chromium = await findChromium(say).catch((error: Error) => say(error.message));

  const { exitCode, ipcOutput } = await execaNode(
    path.join(root, 'node_modules/ava/entrypoints/cli.js'),
    ['--config', 'test/ava.config.js', ...forAva],
    {
      cwd: root,
      stdio: 'inherit',
      reject: false,
      cancelSignal: AbortSignal.any([interruption.signal, AbortSignal.timeout(longestRunMs)]),
      // At SIGINT AVA names the tests that have not ended.
      killSignal: 'SIGINT',
      forceKillAfterDelay: 20_000,
      env: {
        TEST_REDIS_URL: stores.redisUrl,
        TEST_MONGO_URL: stores.mongoUrl,
        ...(stores.certFile && { NODE_EXTRA_CA_CERTS: stores.certFile }),
        ...(stores.keyFile && { TEST_REDIS_KEY: stores.keyFile }),
        ...(chromium && { CHROMIUM_PATH: chromium }),
      },
    },
  );
  const { passed, failed } = (ipcOutput.at(-1) ?? { passed: 0, failed: 0 }) as typeof counts;
  // AVA fails a run for more reasons than it counts, such as a pattern that matches no file.
  return { passed, failed: exitCode === 0 ? failed : Math.max(failed, 1) };
}
