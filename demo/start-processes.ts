import { type ProcessOptions, startProcess } from './start-process.ts';
import type { TerminalWords } from './terminal-words.ts';
import { watchFiles } from './watch-files.ts';

type Common = Omit<ProcessOptions, 'name' | 'adminUrl' | 'words'>;
type Urls = { readonly adminUrl: string; readonly workerAdminUrl: string };
type Words = Pick<TerminalWords, 'accountRefused' | 'changed' | 'readyAgain'>;

/**
 * The ingress and the workers, ready and on the stack. With `isWatching` both start again whenever a file of theirs changes, and
 * one that ends meanwhile, by a mistake in that file, is only told of.
 */
export async function startProcesses(
  stack: AsyncDisposableStack,
  {
    adminUrl,
    workerAdminUrl,
    isWatching,
    words,
    ...given
  }: Common & Urls & { isWatching: boolean; words: Words },
) {
  const { say, signal } = given;
  const common = { ...given, words, ...(isWatching && { onDeath: say }) };
  let running: Awaited<ReturnType<typeof startProcess>>[] = [];

  async function start() {
    // Settled, so that both are closed when one of them fails.
    const [ingress, workers] = await Promise.allSettled([
      startProcess({ ...common, name: 'ingress', adminUrl }),
      startProcess({ ...common, name: 'workers', adminUrl: workerAdminUrl }),
    ]);
    running = [ingress, workers].flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    if (ingress.status === 'rejected') throw ingress.reason;
    if (workers.status === 'rejected') throw workers.reason;
    return { ingress: ingress.value.pid, workers: workers.value.pid };
  }
  // At the same time: each waits for seconds when a store is gone.
  const close = () => Promise.all(running.map((one) => one.close()));

  async function startAgain(): Promise<void> {
    if (signal.aborted) return;
    say(words.changed);
    await close();
    await start().then(
      () => say(words.readyAgain),
      (error: Error) => signal.aborted || say(error.message),
    );
  }

  stack.defer(async () => {
    await close();
  });
  const pids = await start();
  if (isWatching) stack.adopt(watchFiles(startAgain), (watching) => watching.close());
  return pids;
}
