import type { RedisClock } from '#connections/redis-clock.ts';

/**
 * From when a job's delay is reckoned, ms. BullMQ calls a delayed job back by the date of whichever worker looks: Redis's clock
 * is what they all have, but where all their dates are behind it, each job would be late by as much. Early is harmless, late is not.
 */
export const delayedFrom = (clock: Pick<RedisClock, 'now'>): number => Math.min(clock.now(), Date.now());
