const lookEachMs = 1_000;

/**
 * Tells when the npm that runs this process was killed (`timeout -s KILL 60 npm run demo`). No signal comes then, since npm can
 * pass nothing on, and the demo would go on for ever with all it started. The service itself does not ask: a supervisor
 * that kills it starts it again. Without npm, whoever started this process may go away as he likes.
 */
export function onDeathOfNpm(tell: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  // npm's shell gives its place to this process (`exec` in package.json): the parent is npm itself.
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) tell();
  }, lookEachMs).unref();
}
