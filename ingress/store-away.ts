import { isRedisRefusal } from '#models/redis-refusal.ts';
import { DeadlineError } from '#operations/deadline.ts';

const awayNames =
  /^(Mongo(Network|ServerSelection|NotConnected|TopologyClosed|PoolCleared|PoolClosed|WaitQueueTimeout|OperationTimeout|ClientClosed)\w*Error|MongoExpiredSessionError|MaxRetriesPerRequestError|AbortError|ClusterAllFailedError|DirectoryUnavailable)$/;
/** ioredis gives these no name of their own. */
const awayMessages =
  /^(Command timed out|Connection is closed\.|Stream isn't writeable|Cluster isn't ready|Too many Cluster redirections)/;
const awayCodes = new Set<unknown>([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
]);
/** maxTimeMS was exceeded. */
const maxTimeExpired = 50;

/** True when Redis or MongoDB could not be asked: the same request may succeed in a moment. */
export function isStoreAway(error: unknown): boolean {
  if (error instanceof DeadlineError) return true;
  if (!(error instanceof Error)) return false;
  const { code, hasErrorLabel } = error as { code?: unknown; hasErrorLabel?: (label: string) => boolean };
  return (
    awayNames.test(error.name) ||
    awayMessages.test(error.message) ||
    isRedisRefusal(error) ||
    awayCodes.has(code) ||
    code === maxTimeExpired ||
    (typeof hasErrorLabel === 'function' && hasErrorLabel.call(error, 'RetryableWriteError'))
  );
}
