import { isBrokenSocket } from '#connections/broken-socket.ts';
import { mongoTroubleOf } from '#connections/mongo-trouble.ts';
import { isRedisRefusal } from '#connections/redis-refusal.ts';
import { DeadlineError } from '#operations/deadline.ts';

/** ioredis's, and what a look-up says for MongoDB. */
const awayNames = /^(MaxRetriesPerRequestError|AbortError|ClusterAllFailedError|DirectoryUnavailable)$/;
/** ioredis gives these no name of their own. */
const awayMessages =
  /^(Command timed out|Connection is closed\.|Stream isn't writeable|Cluster isn't ready|Too many Cluster redirections|Socket timeout\.)/;

/** True when Redis or MongoDB could not be asked, or confirmed nothing: the same request may succeed in a moment. */
export function isStoreAway(error: unknown): boolean {
  if (error instanceof DeadlineError) return true;
  if (!(error instanceof Error)) return false;
  return (
    awayNames.test(error.name) ||
    awayMessages.test(error.message) ||
    isRedisRefusal(error) ||
    isBrokenSocket(error) ||
    mongoTroubleOf(error) !== undefined
  );
}
