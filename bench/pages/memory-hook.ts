import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Loaded before a process's own main file: at SIGWINCH it collects its garbage and writes what memory is left in use. */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
process.on('SIGWINCH', () => {
  collectGarbage();
  collectGarbage();
  writeFileSync(`${process.env['BENCH_MEMORY']}`, JSON.stringify(process.memoryUsage()));
});
