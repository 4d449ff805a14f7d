import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Loaded before a process's own main file: at SIGWINCH it collects its garbage and writes what memory is left in use. */
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as (options: object) => void;
/** Room for what is new and dies young, which V8 keeps after a busy second, is given back too. */
const everything = { execution: 'sync', type: 'major', flavor: 'last-resort' };
process.on('SIGWINCH', () => {
  collectGarbage(everything);
  writeFileSync(`${process.env['BENCH_MEMORY']}`, JSON.stringify(process.memoryUsage()));
});
