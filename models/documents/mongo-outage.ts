import { type MongoTrouble, mongoTroubleOf } from '#connections/mongo-trouble.ts';
import { DirectoryUnavailable } from '#models/documents/look-up.ts';

/** What passes when MongoDB is back; undefined for what it refuses for good, and for an error that is none of its. */
export function mongoOutageOf(error: unknown): MongoTrouble | undefined {
  if (!(error instanceof DirectoryUnavailable)) return mongoTroubleOf(error);
  const { cause } = error;
  return cause === undefined || cause instanceof DirectoryUnavailable ? 'timeout' : mongoTroubleOf(cause);
}

export const isMongoOutage = (error: unknown): boolean => mongoOutageOf(error) !== undefined;
