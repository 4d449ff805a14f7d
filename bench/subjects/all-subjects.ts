import type { Bench } from '#bench/rows/bench.ts';
import { hasOneProcess, thisCheckout } from './checkout.ts';
import { startPeerAsynq } from './peer-asynq.ts';
import { startPeerGo } from './peer-go.ts';
import { startPeerKoa } from './peer-koa.ts';
import type { Subject } from './setting.ts';
import { startUs } from './us.ts';

/** By the names that the command line has for them. Undefined for one that this machine, or this tree, cannot run. */
const starters: Readonly<Record<string, (bench: Bench) => Promise<Subject | undefined>>> = {
  apart: ({ setting }) => startUs(setting),
  one: async ({ setting }) =>
    hasOneProcess(thisCheckout) ? startUs(setting, { isOneProcess: true }) : undefined,
  A: ({ setting }) => startPeerGo(setting),
  B: ({ setting }) => startPeerKoa(setting),
  C: startPeerAsynq,
};

export const subjectNames: readonly string[] = Object.keys(starters);

/** Starts those wanted; what cannot run is told and left out. */
export async function startSubjects(bench: Bench) {
  await using stack = new AsyncDisposableStack();
  const subjects: Subject[] = [];
  for (const name of bench.subjects) {
    const subject = await starters[name]?.(bench);
    if (subject === undefined) bench.say(`  ${name} is left out: it cannot be run here`);
    else subjects.push(stack.use(subject));
  }
  const kept = stack.move();
  return { subjects, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
