import { rowsOf } from '#ingress/operate/counted.ts';
import {
  hourMs,
  type LoginHourDocument,
  type LoginHourModel,
  partMs,
  readHours,
} from '#models/counts/hours.ts';
import type { Minutes } from '#models/counts/minutes.ts';

export const windowNames = ['15m', '24h', '30d'] as const;
export type WindowName = (typeof windowNames)[number];
export type CountedRow = {
  readonly entId: string;
  readonly appid: string;
  readonly step: string;
  readonly n: number;
  /** ms since the epoch: when the time begins that it was counted in. */
  readonly from: number;
};

const minutesOf = 15;
const hoursOf = { '24h': 24, '30d': 30 * 24 } as const;

export type Windows = ReturnType<typeof createWindows>;

/** What was counted in the last quarter of an hour (Redis), day or month (MongoDB). Throws what they throw. */
export function createWindows({
  minutes,
  hours,
  now,
}: {
  minutes: Minutes;
  hours: LoginHourModel;
  now: () => number;
}) {
  return {
    /** ms between two points of a line over this time. */
    stepMs: { '15m': minutes.minuteMs, '24h': partMs, '30d': 6 * hourMs } satisfies Record<
      WindowName,
      number
    >,

    /** ms that it is long. */
    lengthMs: {
      '15m': minutesOf * minutes.minuteMs,
      '24h': hoursOf['24h'] * hourMs,
      '30d': hoursOf['30d'] * hourMs,
    } satisfies Record<WindowName, number>,

    async read(window: WindowName): Promise<CountedRow[]> {
      if (window === '15m') {
        const read = await minutes.read(minutesOf, now());
        return rowsOf(read).map(({ minute, ...row }) => ({ ...row, from: minute * minutes.minuteMs }));
      }
      const since = now() - hoursOf[window] * hourMs;
      const documents = await readHours(hours, since);
      if (window === '30d') return documents.flatMap(wholeHour);
      return documents.flatMap(({ entId, appid, hour, parts }) =>
        Object.entries(parts).flatMap(([part, steps]) => {
          const from = hour.getTime() + Number(part) * partMs;
          if (from + partMs <= since) return [];
          return Object.entries(steps).map(([step, n]) => ({ entId, appid, step, n: n ?? 0, from }));
        }),
      );
    },
  };
}

/** A month is looked at by hours: a sixth of the rows. */
function wholeHour({ entId, appid, hour, parts }: LoginHourDocument): CountedRow[] {
  const sums = new Map<string, number>();
  for (const steps of Object.values(parts))
    for (const [step, n = 0] of Object.entries(steps)) sums.set(step, (sums.get(step) ?? 0) + n);
  return [...sums].map(([step, n]) => ({ entId, appid, step, n, from: hour.getTime() }));
}
