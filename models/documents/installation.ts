import type { Connection } from 'mongoose';
import { newestFormat, type SealFormat } from '#models/sealing.ts';

type InstallationDocument = { readonly _id: 'installation'; readonly sealFormat: SealFormat };

export type Installation = Awaited<ReturnType<typeof openInstallation>>;

/** A change is in force in every process within this time. */
const readEachMs = 3_000;

/**
 * What all processes of an installation must agree on: how they seal. One that has service accounts when it is first met was
 * made by release 0.1.0, whose processes may still run beside ours and read format 1 only: it goes on writing that until
 * `npm run reseal`, as one of 0.2.0 goes on with format 2. A new one begins with the newest. Throws what MongoDB throws.
 */
export async function openInstallation(mongo: Connection, onError: (error: unknown) => void) {
  const collection = mongo.collection<InstallationDocument>('installation');
  const read = async () => (await collection.findOne({ _id: 'installation' }))?.sealFormat;

  async function decide(): Promise<SealFormat> {
    const isUpgraded = (await mongo.collection('service_accounts').findOne({})) !== null;
    await collection.updateOne(
      { _id: 'installation' },
      { $setOnInsert: { sealFormat: isUpgraded ? 1 : newestFormat } },
      { upsert: true },
    );
    return (await read()) ?? 1;
  }
  let sealFormat = (await read()) ?? (await decide());
  let isClosed = false;
  const timer = setInterval(() => {
    read().then(
      (found) => {
        sealFormat = found ?? sealFormat;
        // Nothing goes back from there: nobody is left who needs an older one.
        if (sealFormat === newestFormat) clearInterval(timer);
        // MongoDB is closed under its hands, which is nothing to tell.
      },
      (error) => isClosed || onError(error),
    );
  }, readEachMs);
  if (sealFormat === newestFormat) clearInterval(timer);

  return {
    sealFormat: (): SealFormat => sealFormat,
    /** Every process seals in the newest format from now on. */
    async adoptNewestFormat(): Promise<void> {
      await collection.updateOne({ _id: 'installation' }, { $set: { sealFormat: newestFormat } });
    },
    close(): void {
      isClosed = true;
      clearInterval(timer);
    },
  };
}
