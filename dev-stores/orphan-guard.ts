import { spawn } from 'node:child_process';
import { once } from 'node:events';

// EOF on stdin is the one sign of our death that even SIGKILL cannot hold back. Each line read is the
// server's present pid; an empty line says there is none, so that a reused pid is never killed.
// A signal to everything we started must not disarm it before we, and the server, are gone.
const script = `
trap '' HUP INT TERM
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then kill -9 "$pid" 2>/dev/null; sleep 1; fi
if [ -n "$GUARDED_FOLDER" ]; then rm -rf -- "$GUARDED_FOLDER"; fi`;

/**
 * Kills a server when this process dies without closing it, and removes its folder where it has one.
 * It needs a POSIX shell; elsewhere it does nothing.
 */
export function createOrphanGuard(folder = '') {
  if (process.platform === 'win32') {
    return { watch(_pid: number | undefined) {}, async dismiss() {} };
  }

  // Detached: Ctrl-C reaches every process of the terminal's group, and this one must outlive us.
  // The folder is no argument: who kills us by a name that is also the folder's (pkill -9 -f demo) must not meet the guard.
  const guard = spawn('/bin/sh', ['-c', script, 'orphan-guard'], {
    env: { ...process.env, GUARDED_FOLDER: folder },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();

  return {
    watch(pid: number | undefined) {
      guard.stdin.write(`${pid ?? ''}\n`);
    },

    async dismiss() {
      if (guard.exitCode !== null || guard.signalCode !== null) {
        return;
      }

      const gone = once(guard, 'exit');
      guard.ref();
      guard.stdin.end('\n');
      await gone;
    },
  };
}
