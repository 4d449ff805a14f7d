import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { type ClientAddress, neighbourhoodOf } from '#operations/client-address.ts';
import { createDoorkeeper, type Door, type Doorkeeper } from '#operations/doorkeeper.ts';
import { createGuessBrake } from '#operations/guess-brake.ts';

/** Wrong secrets or assertions of one client from one address in a minute. */
const most = 10;
const mostClients = 1_000;

/** A doorkeeper for each client: who guesses the secret of one makes nobody wait at another. */
export function createClientDoorkeepers(deps: {
  addressOf: ClientAddress;
  onRefused: (door: Door) => void;
  log: Logger;
}): (clientId: string) => Doorkeeper {
  const brake = createGuessBrake({ most, perSeconds: 60 });
  const doorkeepers = new LRUCache<string, Doorkeeper>({ max: mostClients });

  function createKeeper(clientId: string): Doorkeeper {
    const at = (address: string) => `${neighbourhoodOf(address)} ${clientId}`;
    return createDoorkeeper({
      ...deps,
      door: 'client',
      brake: {
        secondsToWait: (address, digest) => brake.secondsToWait(at(address), digest),
        noteWrong: (address, digest) => brake.noteWrong(at(address), digest),
        noteRight: (address, digest) => brake.noteRight(at(address), digest),
      },
    });
  }

  return function doorkeeperOf(clientId) {
    const keeper = doorkeepers.get(clientId) ?? createKeeper(clientId);
    doorkeepers.set(clientId, keeper);
    return keeper;
  };
}
