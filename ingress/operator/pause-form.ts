import { z } from 'zod';
import { invalidRequest } from '#ingress/http/problem.ts';
import { type LevelledPause, pauseLevels } from '#models/documents/service-account.ts';

/** An end further ahead is a slip of the pen: who wants longer gives none. */
export const longestPauseMs = 366 * 86_400_000;

const line = z
  .string()
  .trim()
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must consist of printable characters')
  .optional();

/** The body of POST /v1/accounts/{appid}/pause, if there is one. */
export const pauseForm = z.strictObject({
  level: z
    .enum(pauseLevels)
    .default('calls')
    .describe('`door`: no login begins, those under way finish. `calls`: nor is a call made, and codes die.'),
  reason: line.describe('For other operators.'),
  sentence: line.describe('For the people who are held, on their page.'),
  until: z.iso
    .datetime({
      offset: true,
      error: 'must be a date and time of ISO 8601 with its zone, as 2026-01-02T15:30:00+08:00',
    })
    .nullable()
    .optional()
    .describe('When the pause is over by itself, at most 366 days ahead. `null`: when it is resumed.'),
});

/** When a pause is to be over that is asked for at `now` (ms); undefined: at no time. Throws 400: it is over, or too far. */
export function endOf(until: string | null, now: number): Date | undefined {
  if (until === null) return undefined;
  const aheadMs = Date.parse(until) - now;
  if (aheadMs > 0 && aheadMs <= longestPauseMs) return new Date(until);
  throw invalidRequest('until: must lie ahead, by 366 days at most', ['until']);
}

/** As an account's answer tells it. */
export const tellPause = ({ level, by, at, reason, sentence, until }: LevelledPause) => ({
  level,
  by,
  at: at.toISOString(),
  ...(reason && { reason }),
  ...(sentence && { sentence }),
  ...(until && { until: until.toISOString() }),
});

/** As the record of changes has it, which knows who and when. */
export const auditedOf = (pause: LevelledPause | undefined) =>
  pause && {
    paused: pause.level,
    ...(pause.reason && { reason: pause.reason }),
    ...(pause.sentence && { sentence: pause.sentence }),
    ...(pause.until && { until: pause.until.toISOString() }),
  };
