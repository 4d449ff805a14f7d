import path from 'node:path';
import { execa, execaNode } from 'execa';
import { findChromium } from '#dev-stores/find-chromium.ts';
import { openStores } from '#dev-stores/open-stores.ts';
import { needsOf } from './needs.ts';
import { ArgumentError, type RunArguments, readArguments, usage } from './run-arguments.ts';

const root = path.join(import.meta.dirname, '..');
const say = (line: string) => console.error(line);

/**
 * No run takes longer; PROPERTY_RUNS asks for one that may. AVA has a limit of its own, which it forgets once a test with a
 * longer one was idle for that time (api.js of 8.0.1, TimeoutTrigger): a file that never ended held a run up for ever.
 */
const longestRunMs = process.env['PROPERTY_RUNS'] ? 2 ** 31 - 1 : 60 * 60_000;

/**
 * CI's machines are shared. Of a few files a second run, with the machine to itself, says whether it is the code; both are in the
 * output. Many that fail are no matter of load.
 */
const mostOnceMore = 3;
const nothingRan = { passed: 0, failed: 0, failedIn: [] as string[] };

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interruption.abort());
}

let counts = { passed: 0, failed: 1 };
let isCheckClean = false;
try {
  const wanted = readArguments(process.argv.slice(2));
  if (wanted.help) {
    process.stdout.write(usage);
    process.exit();
  }
  isCheckClean = await runCheck();
  counts = await runAva(wanted);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  // One fault, not two: nothing was checked.
  if (error instanceof ArgumentError) isCheckClean = true;
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

async function runAva({ topology, files, config, forAva }: RunArguments) {
  const needs = await needsOf(files);
  await using stores = needs.stores ? await openTestStores(topology) : undefined;
  const chromium = needs.browser
    ? await findChromium(say).catch((error: Error) => say(error.message))
    : undefined;

  const first = await runFiles([], { config, forAva });
  const { failed, failedIn } = first;
  const isWorthIt = process.env['CI'] === 'true' && failedIn.length > 0 && failedIn.length <= mostOnceMore;
  if (!isWorthIt || interruption.signal.aborted) return first;
  const names = failedIn.map((file) => path.relative(root, file));
  say(`Failed beside others, and now once more, alone:\n  ${names.join('\n  ')}`);
  const alone = await runFiles(names, { config, forAva: ['--concurrency', '1'] });
  return { passed: first.passed + Math.max(failed - alone.failed, 0), failed: alone.failed };

  async function runFiles(
    files: readonly string[],
    { config, forAva }: Pick<RunArguments, 'config' | 'forAva'>,
  ) {
    const { exitCode, signal, ipcOutput } = await execaNode(
      path.join(root, 'node_modules/ava/entrypoints/cli.js'),
      ['--config', config, ...forAva, ...files],
      {
        cwd: root,
        stdio: 'inherit',
        reject: false,
        cancelSignal: AbortSignal.any([interruption.signal, AbortSignal.timeout(longestRunMs)]),
        // At SIGINT AVA names the tests that have not ended.
        killSignal: 'SIGINT',
        forceKillAfterDelay: 20_000,
        env: {
          // What V8 compiled is kept for the next file, which loads the same packages: half of its start.
          NODE_COMPILE_CACHE: path.join(root, '.cache/compile'),
          ...(stores && { TEST_REDIS_URL: stores.redisUrl, TEST_MONGO_URL: stores.mongoUrl }),
          ...(stores?.certFile && { NODE_EXTRA_CA_CERTS: stores.certFile }),
          ...(stores?.keyFile && { TEST_REDIS_KEY: stores.keyFile }),
          ...(chromium && { CHROMIUM_PATH: chromium }),
        },
      },
    );
    // Else a run that something killed looks like one that ended, without the reasons of what had failed by then.
    if (signal !== undefined) say(`The tests were broken off: AVA was ended by ${signal}.`);
    const { passed, failed, failedIn } = (ipcOutput.at(-1) ?? nothingRan) as typeof nothingRan;
    // AVA fails a run for more reasons than it counts, such as a pattern that matches no file.
    return { passed, failed: exitCode === 0 ? failed : Math.max(failed, 1), failedIn };
  }
}

function openTestStores(topology: RunArguments['topology']) {
  const { TEST_REDIS_URL, REDIS_URL, TEST_MONGO_URL, MONGO_URL } = topology ? {} : process.env;
  return openStores({
    redisUrl: TEST_REDIS_URL || REDIS_URL,
    mongoUrl: TEST_MONGO_URL || MONGO_URL,
    ...topology,
    // Tests script failures with failCommand, and wait for what TTL indexes delete.
    setParameters: { enableTestCommands: 1, ttlMonitorSleepSecs: 1 },
    say,
  });
}
