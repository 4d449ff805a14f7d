import mongoose from 'mongoose';
import pWaitFor from 'p-wait-for';
import { findMongod } from './find-mongod.ts';
import { freePort } from './free-port.ts';
import { createServerProcess } from './server-process.ts';

type MongoOptions = {
  /** The mongod to run; found or installed when absent. */
  bin?: string;
  /** Of the first member; a free one when absent. */
  port?: number;
  /** 1 is enough for transactions; 3 can elect another primary. */
  members?: 1 | 3;
  /** The third member votes and keeps nothing: with one of the others away there is a primary, and no majority of the data. */
  hasArbiter?: boolean;
  /** Passed on as `--setParameter`. */
  setParameters?: Record<string, string | number>;
};

const setName = 'rs0';
const electedWithinMs = 30_000;

/**
 * Starts a MongoDB replica set, loopback only, and waits for its primary.
 * `crash()` is kill -9 of every member, `restart()` starts them again on the same ports and data;
 * `members[n]` has the same for one.
 */
export async function startMongo({
  bin,
  port,
  members = 1,
  hasArbiter = false,
  setParameters = {},
}: MongoOptions = {}) {
  const mongod = bin ?? (await findMongod());
  const ports = [port ?? (await freePort())];
  while (ports.length < members) {
    ports.push(await freePort());
  }

  const hosts = ports.map((memberPort) => `127.0.0.1:${memberPort}`);
  const url = `mongodb://${hosts.join(',')}/?replicaSet=${setName}`;
  const servers = await Promise.all(
    ports.map((memberPort) => createMember(mongod, memberPort, setParameters)),
  );

  async function start() {
    await Promise.all(servers.map((server) => server.start()));
  }

  async function close() {
    await Promise.all(servers.map((server) => server.close()));
  }

  async function restart() {
    await start();
    await waitForPrimary(hosts);
  }

  try {
    await start();
    await initiate(hosts, hasArbiter);
    await waitForPrimary(hosts);
  } catch (error) {
    await close();
    throw error;
  }

  return {
    url,
    members: servers,

    async crash() {
      await Promise.all(servers.map((server) => server.crash()));
    },

    restart,

    waitForPrimary: () => waitForPrimary(hosts),

    /** The member that is the primary now. */
    async primary() {
      const { primary } = await command(url, { hello: 1 });
      const found = servers.find(({ port }) => String(primary).endsWith(`:${port}`));
      if (found === undefined) throw new Error('there is no primary');
      return found;
    },

    /** Makes the primary step down and waits until another one is elected. Needs three members. */
    async stepDown() {
      // The old primary may hang up instead of answering.
      await command(url, { replSetStepDown: 10, secondaryCatchUpPeriodSecs: 5 }).catch(() => {});
      await waitForPrimary(hosts);
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}

export type MongoStore = Awaited<ReturnType<typeof startMongo>>;

async function createMember(bin: string, port: number, setParameters: Record<string, string | number>) {
  const server = await createServerProcess({
    name: 'mongod',
    bin,
    args: (folder) => [
      ...['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
      ...['--replSet', setName, '--oplogSize', '256', '--wiredTigerCacheSizeGB', '0.5'],
      ...Object.entries({
        diagnosticDataCollectionEnabled: 'false',
        shutdownTimeoutMillisForSignaledShutdown: 0,
        ...setParameters,
      }).flatMap(([name, value]) => ['--setParameter', `${name}=${value}`]),
    ],
    askPid: async () => Number((await command(directUrl(`127.0.0.1:${port}`), { serverStatus: 1 }))['pid']),
  });
  return Object.assign(server, { port, restart: server.start });
}

async function initiate(hosts: string[], hasArbiter: boolean) {
  const members = hosts.map((host, _id) => ({ _id, host, arbiterOnly: hasArbiter && _id === 2 }));
  // A short election time-out: nothing here is far away, and tests wait for every election.
  const settings = { electionTimeoutMillis: 2000, heartbeatIntervalMillis: 500 };
  await command(directUrl(hosts[0] ?? ''), { replSetInitiate: { _id: setName, members, settings } });
}

async function waitForPrimary(hosts: string[]) {
  const isPrimary = async (host: string) =>
    (await command(directUrl(host), { hello: 1 }))['isWritablePrimary'] === true;
  await pWaitFor(
    async () => (await Promise.allSettled(hosts.map(isPrimary))).some((one) => 'value' in one && one.value),
    { interval: 25, timeout: { milliseconds: electedWithinMs, message: 'No MongoDB primary was elected.' } },
  );
}

function directUrl(host: string) {
  return `mongodb://${host}/?directConnection=true`;
}

async function command(url: string, document: mongoose.mongo.Document) {
  const client = new mongoose.mongo.MongoClient(url, {
    serverSelectionTimeoutMS: 2000,
    socketTimeoutMS: 15_000,
  });
  try {
    return await client.db('admin').command(document);
  } finally {
    await client.close();
  }
}
