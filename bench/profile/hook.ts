import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

/** Loaded before a process's own main file: SIGWINCH starts a CPU profile, the next one writes it to BENCH_PROFILE.<pid>. */
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.setSamplingInterval', { interval: 200 });
let isRunning = false;

process.on('SIGWINCH', async () => {
  if (isRunning) {
    const { profile } = await session.post('Profiler.stop');
    writeFileSync(`${process.env['BENCH_PROFILE']}.${process.pid}`, JSON.stringify(profile));
  } else {
    await session.post('Profiler.start');
  }
  isRunning = !isRunning;
});
