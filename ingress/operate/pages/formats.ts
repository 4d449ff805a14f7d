import type { Language } from '#ingress/browser/pages/language.ts';

export type Formats = ReturnType<typeof formatsOf>;

const tags = { en: 'en', zh_CN: 'zh-CN' } as const;

/** How the pages write numbers and times. A script of theirs turns times into those of the reader's clock. */
export function formatsOf(lang: Language) {
  const tag = tags[lang];
  const numbers = new Intl.NumberFormat(tag);
  const shares = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 });
  const unit = (of: 'second' | 'minute' | 'hour' | 'day') =>
    new Intl.NumberFormat(tag, { style: 'unit', unit: of, unitDisplay: 'short', maximumFractionDigits: 0 });
  const [seconds, minutes, hours, days] = [unit('second'), unit('minute'), unit('hour'), unit('day')];

  return {
    number: (n: number): string => numbers.format(n),
    /** `part` of `whole`; empty where there is no whole. */
    share: (part: number, whole: number): string => (whole > 0 ? shares.format(part / whole) : ''),
    /** In whole minutes, so that a page does not change each second. */
    duration(ms: number): string {
      if (ms < 60_000) return `< ${minutes.format(1)}`;
      if (ms < 2 * 3_600_000) return minutes.format(Math.floor(ms / 60_000));
      if (ms < 48 * 3_600_000) return hours.format(Math.floor(ms / 3_600_000));
      return days.format(Math.floor(ms / 86_400_000));
    },
    /** Seconds that somebody waits yet. */
    wait: (of: number): string => (of < 120 ? seconds.format(of) : minutes.format(Math.ceil(of / 60))),
    /** How long something took. */
    ms: (ms: number): string => (ms < 10_000 ? `${numbers.format(ms)} ms` : seconds.format(ms / 1_000)),
    /** `2026-11-27 03:02:05 UTC`. */
    time: (at: string | Date): string => `${isoOf(at).slice(0, 19).replace('T', ' ')} UTC`,
    iso: isoOf,
  };
}

const isoOf = (at: string | Date): string => (typeof at === 'string' ? at : at.toISOString());
