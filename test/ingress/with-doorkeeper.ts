import type { Logger } from 'pino';
import { createClientAddress } from '#operations/client-address.ts';
import { createDoorkeeper, type Door } from '#operations/doorkeeper.ts';
import { createGuessBrake } from '#operations/guess-brake.ts';

/** A doorkeeper that believes loopback's X-Forwarded-For: a test comes from where it says. */
export function withDoorkeeper(
  log: Logger,
  { door = 'operator' as Door, guesses = 10_000, onRefused = (_door: Door) => {} } = {},
) {
  const addressOf = createClientAddress([{ address: '127.0.0.0', prefix: 8 }]);
  return createDoorkeeper({ door, log, addressOf, onRefused, brake: createGuessBrake({ most: guesses }) });
}
