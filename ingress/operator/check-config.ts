import { loadConfig } from '#config';
import { openServiceStores } from '#connections/open-service-stores.ts';
import { StoreUnusable } from '#connections/store-unusable.ts';
import { linesOfConfig } from '#ingress/operator/lines-of-config.ts';
import { openTwice } from '#models/documents/incident-indexes.ts';
import { tryMongo } from '#models/documents/prepare-mongo.ts';
import { secretsThatStayShut } from '#models/documents/unopenable-secrets.ts';
import { createSealer } from '#models/sealing.ts';
import type { Start } from '#operations/run-process.ts';

/**
 * `npm start -- --check-config`: tells what the environment says, without a secret, tries Redis, MongoDB and every sealed secret as a
 * start does, and changes nothing. Throws as a start does, so that the process ends with 1.
 */
export const checkConfig: Start = async (stack, _life, log) => {
  const config = loadConfig(process.env);
  // What is wrong without being in the way, such as a Redis that keeps nothing.
  log.level = 'warn';
  say(['The environment:', ...linesOfConfig(config)]);
  const stores = { config, role: 'producer', name: 'check-config', log, onStuck: () => {} } as const;
  const { mongo } = await openServiceStores(stack, stores);
  await tryMongo(mongo, config.MONGO_URL);
  const { tried, shut } = await secretsThatStayShut(mongo, createSealer(config.SECRET_KEYS));
  if (shut.length > 0)
    throw new StoreUnusable(
      `SECRET_KEYS does not open ${shut.length} of ${tried} sealed secrets: ${shut.join(', ')}. Add the key they were sealed with.`,
    );
  const doubles = await openTwice(mongo);
  if (doubles.length > 0)
    say([`${doubles.length} incidents are open more than once: a start ends all but one of each.`]);
  say(['Redis and MongoDB do what a login needs.', `SECRET_KEYS opens all ${tried} sealed secrets.`]);
  await stack.disposeAsync();
};

const say = (lines: readonly string[]) => process.stdout.write(`${lines.join('\n')}\n`);
