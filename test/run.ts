import path from 'node:path';
import { execa, execaNode } from 'execa';
import { findChromium } from '#stores/find-chromium.ts';
import { openStores } from '#stores/open-stores.ts';

const root = path.join(import.meta.dirname, '..');
const say = (line: string) => console.error(line);

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interruption.abort());
}

let counts = { passed: 0, failed: 1 };
let isCheckClean = false;
try {
  isCheckClean = await runCheck();
  counts = await runAva();
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

async function runAva() {
  await using stores = await openStores({
    redisUrl: process.env['TEST_REDIS_URL'] || process.env['REDIS_URL'],
    mongoUrl: process.env['TEST_MONGO_URL'] || process.env['MONGO_URL'],
    // Tests script failures with failCommand, and wait for what TTL indexes delete.
    setParameters: { enableTestCommands: 1, ttlMonitorSleepSecs: 1 },
    say,
  });
  const chromium = await findChromium(say).catch((error: Error) => say(error.message));

  const { exitCode, ipcOutput } = await execaNode(
    path.join(root, 'node_modules/ava/entrypoints/cli.js'),
    ['--config', 'test/ava.config.js', ...process.argv.slice(2)],
    {
      cwd: root,
      stdio: 'inherit',
      reject: false,
      cancelSignal: interruption.signal,
      env: {
        TEST_REDIS_URL: stores.redisUrl,
        TEST_MONGO_URL: stores.mongoUrl,
        ...(chromium && { CHROMIUM_PATH: chromium }),
      },
    },
  );
  const { passed, failed } = (ipcOutput.at(-1) ?? { passed: 0, failed: 0 }) as typeof counts;
  // AVA fails a run for more reasons than it counts, such as a pattern that matches no file.
  return { passed, failed: exitCode === 0 ? failed : Math.max(failed, 1) };
}
