import type { Logger } from 'pino';
import { primariesOf } from '#connections/primaries-of.ts';
import type { RedisClient } from '#connections/redis-client.ts';
import { within } from '#operations/deadline.ts';

const asksWithinMs = 2_000;

/**
 * Warns, in one line, of settings of Redis that lose logins. They are read from INFO, which also those may ask whom CONFIG
 * is forbidden; what it does not tell is not judged. Never rejects.
 */
export async function tellOfSettings(redis: RedisClient, log: Pick<Logger, 'warn'>): Promise<void> {
  const nodes = primariesOf(redis);
  const asked = within(asksWithinMs, Promise.all(nodes.map((node) => node.info())));
  const wrong = new Map((await asked.catch(() => [])).flatMap(faultsOf));
  if (wrong.size === 0) return;
  log.warn(
    { settings: Object.fromEntries([...wrong].map(([name, { is }]) => [name, is])) },
    `Redis is set so that logins are lost: ${[...wrong.values()].map(({ what }) => what).join('; ')}`,
  );
}

type Fault = { readonly is: string; readonly what: string };

function faultsOf(info: string): [string, Fault][] {
  const told = (field: string) => new RegExp(`^${field}:(\\S+)`, 'm').exec(info)?.[1];
  const faults: [string, Fault][] = [];
  const policy = told('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    const what =
      'set maxmemory-policy to noeviction, or it throws logins and queues away when its memory is full';
    faults.push(['maxmemory-policy', { is: policy, what }]);
  }
  // What a replica has is not gone with the process.
  if (told('aof_enabled') === '0' && !(Number(told('connected_slaves')) > 0)) {
    const what = 'set appendonly to yes, or a restart of it forgets all logins under way';
    faults.push(['appendonly', { is: 'no', what }]);
  }
  return faults;
}
