import { loadConfig } from '#config';
import { openMongo } from '#connections/open-mongo.ts';
import { resealSecrets, resealSigningKeys } from '#ingress/operator/reseal-secrets.ts';
import { openInstallation } from '#models/documents/installation.ts';
import { createServiceAccountModel } from '#models/documents/service-account.ts';
import { createSigningKeyModel } from '#models/documents/signing-key.ts';
import { createSealer } from '#models/sealing.ts';
import { createLogger } from '#operations/log.ts';
import { runProcess } from '#operations/run-process.ts';

const log = createLogger({ level: 'info', name: 'reseal' });

/**
 * `npm run reseal`: after a new first key in SECRET_KEYS, and once after an upgrade when no process of release 0.1.0 or 0.2.0 is left. Afterwards the older keys can be taken out of SECRET_KEYS, an hour later.
 */
await runProcess(log, async (stack) => {
  const config = loadConfig(process.env);
  const mongo = stack.adopt(await openMongo(config.MONGO_URL, log), (connection) => connection.close());
  const installation = stack.adopt(
    await openInstallation(mongo, (error) => log.warn({ err: error }, 'installation not read')),
    (opened) => opened.close(),
  );
  // The secrets first: whoever reads the new format can read them by then.
  const sealer = createSealer(config.SECRET_KEYS);
  const result = await resealSecrets(createServiceAccountModel(mongo), sealer);
  const keys = await resealSigningKeys(createSigningKeyModel(mongo), sealer);
  await installation.adoptNewestFormat();
  const isWhole = result.unopenable.length + keys.unopenable.length === 0;
  log[isWhole ? 'info' : 'error']({ ...result, signingKeys: keys }, 'secrets sealed again');
  if (!isWhole) process.exitCode = 1;
  await stack.disposeAsync();
});
