import { type ConditionName, conditions } from '#ingress/operate/conditions.ts';
import { type Counted, sumOf } from '#ingress/operate/counted.ts';
import type { Seen, Trouble } from '#ingress/operate/troubles/trouble.ts';
import { lately, troubleOf } from '#ingress/operate/troubles/trouble-of.ts';

/** Logins fail by a fault of this service. */
export function loginBugs(seen: Seen, rows: readonly Counted[]): Trouble[] {
  const bugs = lately(seen, rows, conditions['login-bugs'].quietMinutes).filter(
    ({ step }) => step === 'failed:internal',
  );
  if (bugs.length === 0) return [];
  const { appid: _, ...trouble } = troubleOf(seen, 'login-bugs', {
    appid: '',
    rows: bugs,
    people: sumOf(bugs, 'failed:internal'),
    cause: 'internal',
  });
  return [trouble];
}

/** Nobody works on the queue: it is paused, or no worker lives. */
export function ofQueue({ now, waiting, workersGoneSince, isPaused }: Seen): Trouble[] {
  const common = { entIds: [], people: Math.max(1, waiting) };
  const named = <Name extends ConditionName>(name: Name) => ({
    key: name,
    condition: name,
    severity: conditions[name].severity,
  });
  const paused = { ...named('queue-paused'), cause: 'paused', since: now };
  const gone = { ...named('no-workers'), cause: 'no-workers' };
  return [
    ...(isPaused ? [{ ...common, ...paused }] : []),
    ...(workersGoneSince !== undefined && waiting > 0
      ? [{ ...common, ...gone, since: workersGoneSince }]
      : []),
  ];
}
