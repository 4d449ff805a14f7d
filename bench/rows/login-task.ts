import type { DriverTask } from '#bench/driver/task.ts';
import type { Setting, Subject } from '#bench/subjects/setting.ts';

/** Whole logins of a subject, a hundred at once and half of them of people it never saw, unless told otherwise. */
export function loginTask(
  setting: Setting,
  subject: Pick<Subject, 'origin' | 'startPaths' | 'pids'> & { readonly origins?: readonly string[] },
  more: Pick<DriverTask, 'warmUp' | 'measureMs'> & Partial<DriverTask>,
): DriverTask {
  return {
    kind: 'logins',
    origins: subject.origins ?? [subject.origin],
    paths: subject.startPaths,
    simulator: setting.simulatorUrl,
    load: { clients: 100 },
    newShare: 0.5,
    knownPeople: 5_000,
    pids: { ...setting.pids, ...subject.pids },
    ...more,
  };
}
