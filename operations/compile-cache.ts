import { enableCompileCache, flushCompileCache } from 'node:module';
import path from 'node:path';

const writtenAfterMs = 5_000;

/**
 * Keeps what V8 compiled for the next start: a process that was killed is back in half the CPU time. Import it first; what
 * is loaded before it is compiled each time. Beside the packages, not in the system's temporary folder, which others may
 * write to; where that cannot be written, nothing is kept.
 */
enableCompileCache(path.join(import.meta.dirname, '../node_modules/.cache/compiled'));
// Written at the end of a process otherwise, and one that is killed has none.
setTimeout(flushCompileCache, writtenAfterMs).unref();
