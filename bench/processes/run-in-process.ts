import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Runs a module that takes one message, answers with one and ends, in a process of its own. */
export async function runInProcess<Task extends object, Result>(module: URL, task: Task): Promise<Result> {
  const child = fork(module, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${module.pathname} ended by itself, exit code ${code}`);
  });
  ended.catch(() => {});
  child.send(task);
  const [result] = await Promise.race([once(child, 'message'), ended]);
  return result as Result;
}
