import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { createBindingModel } from '#models/documents/binding.ts';
import { createDirectory } from '#models/documents/directory.ts';
import { createEnterpriseModel } from '#models/documents/enterprise.ts';
import { createErasureModel } from '#models/documents/erasure.ts';
import { openInstallation } from '#models/documents/installation.ts';
import { createLoginHistoryModel } from '#models/documents/login-history.ts';
import { prepareMongo } from '#models/documents/prepare-mongo.ts';
import { createServiceAccountModel } from '#models/documents/service-account.ts';
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
    log: Logger;
  },
) {
  const { mongo, config, log } = options;
  const accounts = createServiceAccountModel(mongo);
  const enterprises = createEnterpriseModel(mongo);
  const collections = {
    accounts,
    enterprises,
    bindings: createBindingModel(mongo),
    history: createLoginHistoryModel(mongo),
    erasures: createErasureModel(mongo),
  };
  await prepareMongo(mongo, config.MONGO_URL);
  const installation = stack.adopt(
    await openInstallation(mongo, (error) => log.warn({ err: error }, 'installation not read')),
    (opened) => opened.close(),
  );
  const sealer = createSealer(config.SECRET_KEYS, { format: installation.sealFormat });
  void tellOfUnopenable({ accounts, sealer, log });
  const directory = createDirectory({ enterprises, accounts });
  return {
    ...collections,
    sealer,
    directory,
    /** Reads enterprises and accounts ahead. They are looked up one by one, too: no reason to keep a process from its work. */
    learn: (): Promise<void> =>
      within(learnWithinMs, directory.learn()).catch((error) =>
        log.warn({ err: error }, 'enterprises not read ahead'),
      ),
  };
}
