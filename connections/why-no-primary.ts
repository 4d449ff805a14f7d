import { connect } from 'node:net';
import mongoose from 'mongoose';
import { aloneOf, hostsOf, optionsOf } from '#connections/mongo-address.ts';
import { within } from '#operations/deadline.ts';

const askWithinMs = 1_500;

type Hello = {
  readonly isWritablePrimary?: boolean;
  readonly setName?: string;
  /** Of a member that was told of a set and has none yet. */
  readonly isreplicaset?: boolean;
  readonly hosts?: readonly string[];
  /** `isdbgrid` of a router of a sharded cluster. */
  readonly msg?: string;
};

/**
 * Why no primary was found by way of this address: each member is asked by itself, without credentials, for who it is. The
 * driver leaves those out that do not fit what the address says, and tells of the time that went by. Undefined when nothing
 * takes connections there, or the address has its members from DNS.
 */
export async function whyNoPrimary(url: string): Promise<string | undefined> {
  if (url.startsWith('mongodb+srv:')) return undefined;
  const hosts = hostsOf(url).split(',');
  const answers = await Promise.all(hosts.map((host) => sayHello(aloneOf(url, host))));
  const hello = answers.find((answer) => answer !== undefined);
  if (hello !== undefined) return whatIsWrong(hello, optionsOf(url).get('replicaset'));
  const areOpen = await Promise.all(hosts.map(takesConnections));
  return areOpen.includes(true)
    ? 'it takes connections and does not speak MongoDB; it may be the port of something else, or want TLS (tls=true)'
    : undefined;
}

/** What the operator has to do with a server that belongs to no replica set. */
export const noReplicaSet =
  'it is not a replica set: start it with --replSet rs0 and run rs.initiate() once; one member will do';

function whatIsWrong({ setName, isreplicaset, msg, hosts, isWritablePrimary }: Hello, wanted?: string) {
  if (isreplicaset && setName === undefined)
    return 'it is not initiated as a replica set: run rs.initiate() once, in mongosh';
  if (setName === undefined)
    return msg === 'isdbgrid' ? 'it is a router, and MONGO_URL names a replica set' : noReplicaSet;
  if (wanted !== undefined && wanted !== setName)
    return `it belongs to the replica set ${setName}, not ${wanted}: set replicaSet=${setName} in MONGO_URL`;
  if (isWritablePrimary)
    return `the members of its replica set call themselves ${hosts?.join(', ')}, which is not reachable from here`;
  return 'it answers, and its replica set has no primary at the moment, or none that is reachable from here';
}

async function sayHello(url: string): Promise<Hello | undefined> {
  const client = new mongoose.mongo.MongoClient(url, {
    serverSelectionTimeoutMS: askWithinMs,
    connectTimeoutMS: askWithinMs,
  });
  try {
    return (await within(2 * askWithinMs, client.db('admin').command({ hello: 1 }))) as Hello;
  } catch {
    return undefined;
  } finally {
    await client.close();
  }
}

function takesConnections(host: string): Promise<boolean> {
  const { hostname, port } = new URL(`mongodb://${host}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port || 27_017) });
    const tell = (isOpen: boolean) => () => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.setTimeout(askWithinMs, tell(false));
    socket.once('connect', tell(true)).once('error', tell(false));
  });
}
