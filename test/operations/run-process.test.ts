import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { createOrphanGuard } from '#dev-stores/orphan-guard.ts';

type Line = { level?: string; msg: string; signal?: string; err?: { message: string } };
const root = path.join(import.meta.dirname, '../..');
const fixture = path.join(root, 'test/fixtures/run-process.ts');
const closings = ['opened last, closed first', 'opened first, closed last'];

/** However the test ends, even by a kill -9, the process does not outlive it. */
function endWithTest(t: ExecutionContext, child: Pick<ChildProcess, 'pid' | 'kill'>) {
  const guard = createOrphanGuard();
  guard.watch(child.pid);
  t.teardown(async () => {
    child.kill('SIGKILL');
    await guard.dismiss();
  });
}

/** A process that ends in this way; with signals, one after the other, once it is ready. */
async function run(t: ExecutionContext, way: string, ...signals: NodeJS.Signals[]) {
  const child = execa(process.execPath, [fixture, way], { reject: false, forceKillAfterDelay: false });
  endWithTest(t, child);
  const lines: Line[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(JSON.parse(line) as Line);
    const { msg } = lines.at(-1) ?? {};
    // The second when it is about to end: two that wait for a process at once are one to it.
    if (msg === 'ready' || msg === 'closing') {
      const signal = signals.shift();
      if (signal !== undefined) child.kill(signal);
    }
  }
  const { exitCode } = await child;
  const said = lines.map(({ msg }) => msg);
  return { exitCode, lines, said, closed: said.filter((msg) => closings.includes(msg)) };
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`on ${signal} all is closed in reverse order, and the end is a good one`, async (t) => {
    const { exitCode, closed, said, lines } = await run(t, '', signal);
    t.is(exitCode, 0);
    t.deepEqual(closed, closings);
    t.true(said.includes('closed'));
    t.is(lines.find(({ msg }) => msg === 'closing')?.signal, signal);
  });
}

test('one request to end that comes twice, as by way of npm, is one', async (t) => {
  const { exitCode, closed, lines } = await run(t, 'takes its time', 'SIGTERM', 'SIGTERM');
  t.is(exitCode, 0);
  t.deepEqual(closed, closings);
  t.deepEqual(
    lines.filter(({ level }) => level === 'fatal'),
    [],
  );
});

test('another signal, or the same one a second later, ends a process at once', async (t) => {
  const other = await run(t, 'hangs at its end', 'SIGTERM', 'SIGINT');
  t.is(other.exitCode, 1);
  t.is(other.said.at(-1), 'second SIGINT, exiting');

  const child = execa(process.execPath, [fixture, 'hangs at its end'], {
    reject: false,
    forceKillAfterDelay: false,
  });
  endWithTest(t, child);
  let asking: NodeJS.Timeout | undefined;
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) {
    last = (JSON.parse(line) as Line).msg;
    if (last === 'ready') asking = setInterval(() => child.kill('SIGTERM'), 100);
    if (last === 'second SIGTERM, exiting') clearInterval(asking);
  }
  clearInterval(asking);
  t.is((await child).exitCode, 1);
  t.is(last, 'second SIGTERM, exiting');
});

test('a signal that comes while the program is loaded ends it well, and it does not start', async (t) => {
  const early = ['--import', path.join(root, 'operations/end-signals.ts')];
  const child = execa(process.execPath, [...early, fixture, 'slow to load'], { reject: false });
  endWithTest(t, child);
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push((JSON.parse(line) as Line).msg);
    if (said.at(-1) === 'loading') child.kill('SIGTERM');
  }
  const { exitCode, signal } = await child;
  t.deepEqual([exitCode, signal], [0, undefined]);
  t.deepEqual(said, ['loading', 'closing', 'closed']);
});

test('every command that runs the service takes signals before it loads the program', async (t) => {
  for (const file of ['package.json', 'Dockerfile', 'docker-compose.yml']) {
    const text = (await readFile(path.join(root, file), 'utf8')).replaceAll(/[",]/g, '');
    const commands = [...text.matchAll(/\bnode .*\b(?:ingress|workers)\/main\.ts/g)].map(
      ([command]) => command,
    );
    t.true(commands.length > 0);
    for (const command of commands) t.regex(command, /^node --import \.\/operations\/end-signals\.ts \S+$/);
  }
});

test('a start that fails closes what it had opened and says why in one line', async (t) => {
  const { exitCode, closed, lines } = await run(t, 'fails to start');
  t.is(exitCode, 1);
  t.deepEqual(closed, closings);
  t.deepEqual(
    lines.filter(({ level }) => level !== undefined).map(({ level, msg }) => [level, msg]),
    [['fatal', 'could not start']],
  );
  t.notRegex(JSON.stringify(lines), /canary/);
});

for (const way of ['throws', 'rejects']) {
  test(`a process that ${way} where nobody catches it says so, closes all, and ends badly`, async (t) => {
    const { exitCode, closed, lines } = await run(t, way);
    t.is(exitCode, 1);
    t.deepEqual(closed, closings);
    const told = lines.find(({ level }) => level === 'fatal');
    t.regex(told?.err?.message ?? '', /^a bug nobody caught/);
    t.notRegex(JSON.stringify(lines), /canary/);
  });
}

test('a process that gives itself up closes all, and ends badly', async (t) => {
  const { exitCode, closed } = await run(t, 'gives itself up');
  t.is(exitCode, 1);
  t.deepEqual(closed, closings);
});

test('one that gives itself up does not wait long for what hangs', async (t) => {
  const { exitCode, lines } = await run(t, 'gives itself up and hangs');
  t.is(exitCode, 1);
  // Before the time of a good end is over, which would be told.
  t.deepEqual(
    lines.filter(({ level }) => level === 'fatal'),
    [],
  );
});

test('what cannot be closed keeps nothing else from being closed, and is told', async (t) => {
  const { exitCode, closed, lines } = await run(t, 'fails at its end', 'SIGTERM');
  t.is(exitCode, 1);
  t.deepEqual(closed, closings);
  t.true(lines.some(({ level, err }) => level === 'fatal' && err?.message === 'could not close'));
});

test('whatever hangs, a process is gone within seconds of its signal', async (t) => {
  const begun = performance.now();
  const { exitCode, lines } = await run(t, 'hangs at its end', 'SIGTERM');
  t.is(exitCode, 1);
  t.true(performance.now() - begun < 30_000);
  t.true(lines.some(({ level }) => level === 'fatal'));
});
