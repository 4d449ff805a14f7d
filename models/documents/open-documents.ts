import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { createLoginHourModel } from '#models/counts/hours.ts';
import { createBindingModel } from '#models/documents/binding.ts';
import { createBroadcastModel } from '#models/documents/broadcast.ts';
import { createClientModel } from '#models/documents/client.ts';
import { createDirectory } from '#models/documents/directory.ts';
import { createEnterpriseModel } from '#models/documents/enterprise.ts';
import { createErasureModel } from '#models/documents/erasure.ts';
import { createIncidentModel } from '#models/documents/incident.ts';
import { openInstallation } from '#models/documents/installation.ts';
import { createLoginHistoryModel } from '#models/documents/login-history.ts';
import { createLogoModel } from '#models/documents/logo.ts';
import { createOperatorModel } from '#models/documents/operator.ts';
import { createOperatorActionModel } from '#models/documents/operator-action.ts';
import { watchPausedAccounts } from '#models/documents/paused-accounts.ts';
import { prepareMongo } from '#models/documents/prepare-mongo.ts';
import { createServiceAccountModel } from '#models/documents/service-account.ts';
import { createSigningKeyModel } from '#models/documents/signing-key.ts';
import { createSigningKeys } from '#models/documents/signing-keys.ts';
import { tellOfUnopenable } from '#models/documents/unopenable-secrets.ts';
import { createSealer, type SecretKey } from '#models/sealing.ts';
import { within } from '#operations/deadline.ts';

const learnWithinMs = 5_000;

export type Documents = Awaited<ReturnType<typeof openDocuments>>;

/**
 * All that MongoDB keeps, with its indexes made and tried, and what seals its secrets. Rejects with StoreUnusable where no
 * waiting would help.
 */
export async function openDocuments(
  stack: AsyncDisposableStack,
  options: {
    mongo: Connection;
    config: { readonly MONGO_URL: string; readonly SECRET_KEYS: readonly SecretKey[] };
    /** Redis's clock, ms. */
    now: () => number;
    log: Logger;
  },
) {
  const { mongo, config, now, log } = options;
  const accounts = createServiceAccountModel(mongo);
  const enterprises = createEnterpriseModel(mongo);
  const clients = createClientModel(mongo);
  const signingKeys = createSigningKeyModel(mongo);
  const collections = {
    accounts,
    enterprises,
    clients,
    bindings: createBindingModel(mongo),
    history: createLoginHistoryModel(mongo),
    hours: createLoginHourModel(mongo),
    incidents: createIncidentModel(mongo),
    operators: createOperatorModel(mongo),
    actions: createOperatorActionModel(mongo),
    broadcasts: createBroadcastModel(mongo),
    logos: createLogoModel(mongo),
    erasures: createErasureModel(mongo),
  };
  await prepareMongo(mongo, config.MONGO_URL, (error) =>
    log.error(
      { err: error },
      'incidents of one key are open twice: the index open_of_key waits for the next start, until then one may be told twice',
    ),
  );
  const installation = stack.adopt(
    await openInstallation(mongo, (error) => log.warn({ err: error }, 'installation not read')),
    (opened) => opened.close(),
  );
  const sealer = createSealer(config.SECRET_KEYS, { format: installation.sealFormat });
  void tellOfUnopenable({ accounts, sealer, log });
  const directory = createDirectory({ enterprises, accounts, clients });
  const paused = await watchPausedAccounts(stack, { accounts, now, log });
  return {
    ...collections,
    sealer,
    directory,
    paused,
    keys: createSigningKeys({
      signingKeys,
      sealer,
      onUnopenable: (kids) =>
        log.error({ kids }, 'SECRET_KEYS does not open these signing keys: no id token is signed with them'),
    }),
    /** Reads enterprises and accounts ahead. They are looked up one by one, too: no reason to keep a process from its work. */
    learn: (): Promise<void> =>
      within(learnWithinMs, directory.learn()).catch((error) =>
        log.warn({ err: error }, 'enterprises not read ahead'),
      ),
  };
}
