import type { CeilingResult } from '#bench/ceilings/task.ts';
import type { Measured } from '#bench/driver/measure.ts';
import { ownCpu, type Subject } from '#bench/subjects/setting.ts';
import type { Row } from './bench.ts';

type Result = CeilingResult & Partial<Omit<Measured, keyof CeilingResult>>;

/** A line of the table from what a driver or a ceiling answered. */
export function toRow(row: string, subject: Subject | string, result: Result): Row {
  const { count, seconds, cpu, failures = 0, firstFailure, turnedAway, directShare } = result;
  const { callbackToHost, callback, callbackToPage } = result;
  const each = Math.max(count, 1);
  return {
    row,
    subject: typeof subject === 'string' ? subject : subject.name,
    rate: seconds > 0 ? Math.round((count / seconds) * 10) / 10 : 0,
    failures,
    ...(firstFailure !== undefined && { firstFailure }),
    ...(turnedAway !== undefined && { turnedAway }),
    ...(directShare !== undefined && { directShare }),
    ...(callbackToHost && { callbackToHost }),
    ...(callback && { callback }),
    ...(callbackToPage && { callbackToPage }),
    ...(typeof subject !== 'string' && { own: Math.round(ownCpu(subject, cpu) / each) }),
    cpu: Object.fromEntries(Object.entries(cpu).map(([name, time]) => [name, Math.round(time / each)])),
  };
}

/** Of several rounds the one whose rate, or else whose p99, is in the middle: a busy moment of the machine is not to decide. */
export function middleRow(rows: readonly Row[], by: (row: Row) => number): Row {
  const sorted = rows.toSorted((a, b) => by(a) - by(b));
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new RangeError('no round was measured');
  return middle;
}
