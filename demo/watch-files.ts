import { watch } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
/** What the two processes are made of. */
const watched = ['ingress', 'workers', 'wechat', 'models', 'connections', 'operations', 'config.ts'];
/** An editor writes a file in several steps, and a checkout many files. */
const quietMs = 300;

/** Calls `onChange` once things are quiet after a change of the service's files; not again before it has resolved. */
export function watchFiles(onChange: () => Promise<void>): { close(): void } {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(onChange);
    }, quietMs);
  };
  const watchers = watched.map((name) => watch(path.join(root, name), { recursive: true }, later));
  return {
    close(): void {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
