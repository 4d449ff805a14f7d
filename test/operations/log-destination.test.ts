import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';

const fixture = path.join(import.meta.dirname, '../fixtures/log-much.ts');
type Told = { written: number; rss: number };

/** A process whose log goes where the test says. */
async function talker(t: ExecutionContext, stdout: 'pipe' | number) {
  const child = spawn(process.execPath, [fixture], { stdio: ['ignore', stdout, 'inherit', 'ipc'] });
  t.teardown(() => child.kill('SIGKILL'));
  const told = async () => (await once(child, 'message'))[0];
  t.is(await told(), 'ready');
  return {
    child,
    async write(lines: number): Promise<Told> {
      const answered = told();
      child.send(lines);
      return (await answered) as Told;
    },
    async end() {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      const [exitCode, signal] = await ended;
      return { exitCode, signal };
    },
  };
}
const well = { exitCode: 0, signal: null };
/** Some 200 MB of lines. */
const much = 200_000;
const megabytes = 1 << 20;

test('a reader that stands still neither stops the process nor lets it grow, and hears later what it missed', async (t) => {
  const { child, write, end } = await talker(t, 'pipe');
  const { stdout } = child;
  stdout?.pause();
  const before = await write(1);
  const { rss } = await write(much);
  t.true(rss - before.rss < 100 * megabytes, `${(rss - before.rss) / megabytes} MB`);

  const lines: { level: string; msg: string; dropped?: number }[] = [];
  const reading = createInterface({ input: stdout as NonNullable<typeof stdout> });
  reading.on('line', (line) => lines.push(JSON.parse(line)));
  while (!lines.some(({ dropped }) => dropped !== undefined)) await once(reading, 'line');
  const told = lines.find(({ dropped }) => dropped !== undefined);
  t.is(told?.level, 'warn');
  const texts = lines.filter(({ msg }) => msg.startsWith('xxx')).length;
  t.is(texts + (told?.dropped ?? 0), much + 1);
  t.deepEqual(await end(), well);
});

test('a reader that is gone is no reason to stop, nor to hang at the end', async (t) => {
  const { child, write, end } = await talker(t, 'pipe');
  child.stdout?.destroy();
  const before = await write(100);
  const { rss } = await write(much);
  t.true(rss - before.rss < 100 * megabytes);
  t.deepEqual(await end(), well);
});

test('a disk that is full is no reason to stop, to grow, nor to hang at the end', async (t) => {
  if (process.platform !== 'linux') {
    t.pass('there is no /dev/full');
    return;
  }
  const { write, end } = await talker(t, openSync('/dev/full', 'w'));
  const before = await write(100);
  const { rss } = await write(much);
  t.true(rss - before.rss < 100 * megabytes);
  t.deepEqual(await end(), well);
});

test('what was said last is written before the end', async (t) => {
  const { child, write, end } = await talker(t, 'pipe');
  const lines: string[] = [];
  createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }).on('line', (line) =>
    lines.push(line),
  );
  await write(3_000);
  t.deepEqual(await end(), well);
  // Two of its own: closing, and closed.
  t.is(lines.length, 3_002);
  t.regex(lines.at(-1) ?? '', /"msg":"closed"/);
});
