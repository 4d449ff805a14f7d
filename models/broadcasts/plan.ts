/** What an enterprise means to send: how many people, over how many minutes, through an account of which pace. */
export type Plan = {
  readonly people: number;
  /** ms since the epoch. */
  readonly beginsAt: number;
  readonly minutes: number;
  /** Logins a minute that the account can take: a login is one call of each kind. */
  readonly perMinute: number;
};

export type Wave = { readonly beginsAt: number; readonly people: number };

const minuteMs = 60_000;
/** A wave is as much as the account works off in so many minutes: who opens it late still finds a short line. */
const waveMinutes = 10;

/**
 * Waves that the account can take, none before the one before it is worked off. In the time that was asked for where that is long
 * enough (`fits`), else in the time it takes. `endsAt`: when the last of them are through.
 */
export function wavesOf({ people, beginsAt, minutes, perMinute }: Plan): {
  readonly waves: readonly Wave[];
  readonly endsAt: number;
  readonly fits: boolean;
} {
  const takesMinutes = people / perMinute;
  const count = Math.max(1, Math.ceil(takesMinutes / waveMinutes));
  const size = Math.ceil(people / count);
  const eachMinutes = Math.max(size / perMinute, minutes / count);
  const waves = Array.from({ length: count }, (_, n) => ({
    beginsAt: beginsAt + n * eachMinutes * minuteMs,
    people: Math.min(size, people - n * size),
  })).filter((wave) => wave.people > 0);
  const last = waves.at(-1) ?? { beginsAt, people: 0 };
  return {
    waves,
    endsAt: last.beginsAt + (last.people / perMinute) * minuteMs,
    fits: takesMinutes <= minutes,
  };
}
