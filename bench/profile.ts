import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pWaitFor from 'p-wait-for';
import { type ProfileSummary, summariseProfile } from './profile/summarise-profile.ts';
import { optionsOf, positive } from './read-options.ts';
import { tableOf } from './report/markdown.ts';
import { loginTask } from './rows/login-task.ts';
import { runDriver } from './run-driver.ts';
import { openSetting, setLatency } from './setting.ts';
import { startUs } from './subjects/us.ts';

const options = optionsOf('bench:profile')
  .option('--seconds <N>', 'profiled, after the warm-up', positive, 6)
  .option('--clients <N>', 'people at once', positive, 100)
  .option('--one', 'both roles in one process, as npm start runs them', false)
  .parse()
  .opts<{ seconds: number; clients: number; one: boolean }>();
const warmUpMs = 25_000;

/** Where the CPU time of one login goes: by package, by function, and by function of ours with all it calls. */
async function profileLogins(): Promise<void> {
  const { seconds, clients, one } = options;
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const folder = path.join(import.meta.dirname, 'results', `profile-${stamp}`);
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'cpu');
  await using setting = await openSetting(() => {});
  await setLatency(setting, 0, 0);
  await using us = await startUs(setting, {
    hook: 'bench/profile/hook.ts',
    env: { BENCH_PROFILE: file },
    prefix: 'bench-profile',
    isOneProcess: one,
  });
  const measured = runDriver(
    loginTask(setting, us, {
      load: { clients },
      warmUp: { count: Number.MAX_SAFE_INTEGER, ms: warmUpMs },
      measureMs: seconds * 1_000 + 1_000,
    }),
  );
  await sleep(warmUpMs + 500);
  const pids = Object.entries(us.pids);
  // The hook's signal: it starts a profile, and the next one ends it.
  for (const [, pid] of pids) process.kill(pid, 'SIGWINCH');
  await sleep(seconds * 1_000);
  for (const [, pid] of pids) process.kill(pid, 'SIGWINCH');
  const { count, seconds: took, cpu } = await measured;
  console.log(`${Math.round(count / took)} logins a second`);
  for (const [name, pid] of pids) {
    const text = await readProfile(`${file}.${pid}`);
    const profile = JSON.parse(text);
    const perLogin = Math.round((cpu[name] ?? 0) / count);
    printSummary(name, perLogin, summariseProfile(profile));
    await writeFile(path.join(folder, `${name}.cpuprofile`), text);
  }
  console.log(
    `\nFor flame graphs open in https://www.speedscope.app: ${path.relative(process.cwd(), folder)}/*.cpuprofile`,
  );
}

/** It is written after the signal, and not at once. */
async function readProfile(file: string): Promise<string> {
  let text = '';
  await pWaitFor(
    async () => {
      text = await readFile(file, 'utf8').catch(() => '');
      return text.endsWith('}');
    },
    { interval: 100, timeout: 30_000 },
  );
  return text;
}

function printSummary(name: string, perLogin: number, summary: ProfileSummary): void {
  console.log(`\n# ${name}: busy ${(summary.busy * 100).toFixed(0)} %, ${perLogin} µs a login\n`);
  for (const kind of ['owners', 'functions', 'inclusive'] as const) {
    const lines = summary[kind]
      .slice(0, 25)
      .map(({ name: what, share }) => [what, (share * 100).toFixed(1), Math.round(share * perLogin)]);
    console.log(`${tableOf({ title: kind, columns: ['', '%', 'µs a login'], lines })}\n`);
  }
}

await profileLogins();
