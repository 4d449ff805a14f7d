import { errors } from 'oidc-provider';
import { isStoreAway } from '#connections/store-away.ts';

/** For the library: what a client is told while a store is away is to try again, not that something is broken. */
export async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (!isStoreAway(cause)) throw cause;
    const unavailable = new errors.TemporarilyUnavailable('a store cannot be reached at the moment');
    throw Object.assign(unavailable, { status: 503, statusCode: 503, cause });
  }
}

/** For our own pages, where we ask the library ourselves: the store's error again, which they know what to say of. */
export async function orStoreAway<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof errors.TemporarilyUnavailable && error.cause ? error.cause : error;
  }
}
