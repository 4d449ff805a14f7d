import type { ClientDocument, ClientModel } from '#models/documents/client.ts';
import type { EnterpriseDocument, EnterpriseModel } from '#models/documents/enterprise.ts';
import { createLookUp, DirectoryUnavailable, type Found, mostKnown } from '#models/documents/look-up.ts';
import type { ServiceAccountDocument, ServiceAccountModel } from '#models/documents/service-account.ts';

/** A page with a name of yesterday does no harm; a credential that was taken away does. */
const credentialsForMs = 15 * 60_000;

export type Directory = ReturnType<typeof createDirectory>;

/**
 * Enterprises, accounts and clients as every login needs them, remembered for a few seconds so that a burst reads each once.
 * While MongoDB is away the last known answer serves on: a configuration that is minutes old beats a login that fails.
 * All of it throws DirectoryUnavailable (models/documents/look-up.ts).
 */
export function createDirectory(deps: {
  enterprises: EnterpriseModel;
  accounts: ServiceAccountModel;
  clients: ClientModel;
  now?: () => number;
}) {
  const { now = () => performance.now() } = deps;
  const enterprises = createLookUp<EnterpriseDocument>(
    (entId) => deps.enterprises.findOne({ entId }).lean().exec(),
    { now },
  );
  const accounts = createLookUp<ServiceAccountDocument>(
    (appid) => deps.accounts.findOne({ appid }).lean().exec(),
    { now },
  );

  const clients = createLookUp<ClientDocument>(
    (clientId) => deps.clients.findOne({ clientId }).lean<ClientDocument>().exec(),
    { now },
  );

  return {
    /**
     * Reads all enterprises, accounts and clients, as many as are remembered. Before it serves strangers, a process should know whom they may ask
     * for: of ids that it does not know only so many are looked up. Throws what MongoDB throws.
     */
    async learn(): Promise<void> {
      const all = deps.enterprises.find().limit(mostKnown).maxTimeMS(5_000).lean<EnterpriseDocument[]>();
      for await (const enterprise of all.cursor()) enterprises.learn(enterprise.entId, enterprise);
      const used = deps.accounts.find().limit(mostKnown).maxTimeMS(5_000).lean<ServiceAccountDocument[]>();
      for await (const account of used.cursor()) accounts.learn(account.appid, account);
      const hosts = deps.clients.find().limit(mostKnown).maxTimeMS(5_000).lean<ClientDocument[]>();
      for await (const client of hosts.cursor()) clients.learn(client.clientId, client);
    },
    /** `atMostMs`: how old the answer may be. */
    async findEnterprise(entId: string, atMostMs?: number): Promise<EnterpriseDocument | undefined> {
      return (await enterprises(entId, atMostMs)).value;
    },
    /** What is remembered of it, without waiting for MongoDB: for a page that says what went wrong. */
    recallEnterprise: (entId: string): EnterpriseDocument | undefined => enterprises.recall(entId),
    /**
     * For checking its API key: what was seen within the last quarter of an hour, even if MongoDB is away for longer.
     * `atMostMs`: how old the answer may be.
     */
    async findCredentials(entId: string, atMostMs?: number): Promise<EnterpriseDocument | undefined> {
      const found: Found<EnterpriseDocument> = await enterprises(entId, atMostMs);
      if (now() - found.seenAt > credentialsForMs) {
        throw new DirectoryUnavailable('MongoDB has not been asked for a quarter of an hour');
      }
      return found.value;
    },
    /** `atMostMs`: how old the answer may be. As an API key it is not believed for longer than a quarter of an hour unseen. */
    async findClient(clientId: string, atMostMs?: number): Promise<ClientDocument | undefined> {
      const found = await clients(clientId, atMostMs);
      if (now() - found.seenAt > credentialsForMs) {
        throw new DirectoryUnavailable('MongoDB has not been asked for a quarter of an hour');
      }
      return found.value;
    },
    /** With its secret still sealed: only a worker opens it, for the length of a call. */
    async findAccount(appid: string): Promise<ServiceAccountDocument | undefined> {
      return (await accounts(appid)).value;
    },
    /** What is remembered of it, for a login that must not wait for MongoDB; it is looked up beside, for the next one. */
    recallAccount: (appid: string): ServiceAccountDocument | undefined => accounts.recall(appid),
    /** Its operator may have changed it this moment: it is looked up when it is asked for next. */
    outdateAccount: (appid: string): void => accounts.outdate(appid),
  };
}
