import { readFileSync } from 'node:fs';

const lookEachMs = 1_000;

/**
 * Tells when the npm that runs this process was killed (`timeout -s KILL 60 npm run demo`): it can pass nothing on then, and
 * its script would go on for ever. Without npm, whoever started this process may go away as he likes.
 */
export function onDeathOfNpm(tell: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const before = npmPid();
  setInterval(() => {
    if (npmPid() !== before) tell();
  }, lookEachMs).unref();
}

/** npm runs a script by way of a shell, which gives its place to the script or, as Debian's does, stays in between. */
function npmPid(): number {
  const { ppid } = process;
  try {
    const [, parentOfShell] = /^\d+ \(sh\) \w (\d+)/.exec(readFileSync(`/proc/${ppid}/stat`, 'utf8')) ?? [];
    return Number(parentOfShell ?? ppid);
  } catch {
    // Not Linux, or the parent is gone this very moment.
    return process.ppid;
  }
}
