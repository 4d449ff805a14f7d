import { markdownTable } from 'markdown-table';
import type { Verdict } from './referee/verdict.ts';
import type { Result } from './run-scenario.ts';

const columns = [
  'fault',
  'logins',
  'lost',
  'duplicated',
  'mixed up',
  're-authorised (explained)',
  'calls per code',
  'recovery',
  'slowest',
  'verdict',
] as const;

/** The table of a run, in Markdown, so that it can be kept as it is. */
export function printTable(results: readonly Result[]): string {
  const rows = results.map(({ title, verdict: { counts, times, reds, notJudged } }) => {
    const explained = Object.values(counts.explained).reduce((sum, count) => sum + count, 0);
    return [
      title,
      counts.logins,
      counts.lost,
      counts.duplicated,
      counts.mixedUp,
      `${counts.reauthorized} (${explained})`,
      counts.callsPerCode,
      times.recoveryMs === undefined ? '–' : seconds(times.recoveryMs),
      seconds(times.longest),
      wordFor({ reds, notJudged }),
    ].map(String);
  });
  // The verdicts are of any length: rows end where theirs do.
  return markdownTable([columns, ...rows], { padding: true });
}

/** `met`, or what was broken; a time that the crowd could not take is not judged, and says so. */
export function wordFor({ reds, notJudged }: Pick<Verdict, 'reds' | 'notJudged'>): string {
  if (reds.length > 0) return `RED: ${reds.join('; ')}`;
  return notJudged.length === 0 ? 'met' : `met; not judged: ${notJudged.join('; ')}`;
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
