import { type Counted, rowsOf, type StepCount } from '#ingress/operate/counted.ts';
import { failureSteps } from '#ingress/operate/funnel.ts';
import { placesOf } from '#ingress/operate/places-of.ts';
import { hourMs, type LoginHourModel, partMs } from '#models/counts/hours.ts';
import { fieldOf, type Minutes, minutesKept } from '#models/counts/minutes.ts';
import { createHourSums, type PlaceSums, type Whose } from '#models/counts/sum-hours.ts';

export const windowNames = ['15m', '24h', '30d'] as const;
export type WindowName = (typeof windowNames)[number];
/** `from`: ms since the epoch, when the time begins that it was counted in. */
export type CountedRow = StepCount & { readonly from: number };
export type WindowCounts = {
  /** By time, in the window's steps, and step. */
  readonly rows: readonly CountedRow[];
  /** Worst first, at most {@link mostListed}. */
  readonly enterprises: readonly PlaceSums[];
  readonly accounts: readonly PlaceSums[];
  /** Logins that each account's codes were traded for in the last minute that is over, in vain or not; of minutes alone. */
  readonly callsOfMinute: ReadonlyMap<string, number>;
};

export const mostListed = 200;
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
  const { minuteMs } = minutes;
  const sums = createHourSums(hours);
  /** ms between two points of a line over this time. */
  const stepMs = { '15m': minuteMs, '24h': partMs, '30d': 6 * hourMs } as const satisfies Record<
    WindowName,
    number
  >;

  async function readMinutes({ entId, appid }: Whose): Promise<WindowCounts> {
    const all = rowsOf(await minutes.read(minutesOf, now()));
    const rows =
      entId === undefined && appid === undefined
        ? all
        : all.filter(
            (row) =>
              (entId === undefined || row.entId === entId) && (appid === undefined || row.appid === appid),
          );
    return {
      rows: rows.map(({ step, n, minute }) => ({ step, n, from: minute * minuteMs })),
      enterprises: placesOf(rows, ({ entId: id }) => id, mostListed),
      accounts: placesOf(rows, ({ appid: id }) => id, mostListed),
      callsOfMinute: callsIn(Math.floor(now() / minuteMs) - 1, rows),
    };
  }

  async function readHours(window: '24h' | '30d', whose: Whose): Promise<WindowCounts> {
    const range = { ...whose, since: now() - hoursOf[window] * hourMs };
    const worst = { failure: failureSteps, most: mostListed };
    const [rows, enterprises, accounts] = await Promise.all([
      sums.byTime(range, stepMs[window]),
      sums.byPlace(range, { by: 'entId', ...worst }),
      sums.byPlace(range, { by: 'appid', ...worst }),
    ]);
    return { rows, enterprises, accounts, callsOfMinute: new Map() };
  }

  return {
    stepMs,
    /** How many different people got in, of each broadcast. */
    broadcastPeople: minutes.broadcastPeople,
    /** ms that it is long. */
    lengthMs: {
      '15m': minutesOf * minuteMs,
      '24h': hoursOf['24h'] * hourMs,
      '30d': hoursOf['30d'] * hourMs,
    } satisfies Record<WindowName, number>,

    /** How far back {@link stepsSince} knows of minutes, ms. */
    minutesReachMs: (minutesKept - 1) * minuteMs,
    /** Some steps of one enterprise at one account by minutes, whole from the one of `from` (ms) on. */
    async stepsSince(
      { entId, appid }: { readonly entId: string; readonly appid: string },
      steps: readonly string[],
      from: number,
    ): Promise<CountedRow[]> {
      const fields = steps.map((step) => fieldOf(entId, appid, step));
      const read = await minutes.readFields(fields, from, now());
      return read.flatMap(({ minute, counts }) =>
        steps.map((step, at) => ({ step, n: counts[at] ?? 0, from: minute * minuteMs })),
      );
    },

    /** All steps of one enterprise at one account by parts of an hour, as long as hours are kept; those of both ends are whole. */
    partsBetween: (
      whose: { readonly entId: string; readonly appid: string },
      since: number,
      until: number,
    ): Promise<CountedRow[]> => sums.byTime({ ...whose, since, until }, partMs),

    /** Of all, or of one enterprise or account. */
    read: (window: WindowName, whose: Whose = {}): Promise<WindowCounts> =>
      window === '15m' ? readMinutes(whose) : readHours(window, whose),
  };
}

function callsIn(minute: number, rows: readonly Counted[]): Map<string, number> {
  const calls = new Map<string, number>();
  for (const row of rows) {
    if (row.minute !== minute || !(row.step === 'exchanged' || row.step.startsWith('e:token:'))) continue;
    calls.set(row.appid, (calls.get(row.appid) ?? 0) + row.n);
  }
  return calls;
}
