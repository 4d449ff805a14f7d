import { DirectoryUnavailable } from '#models/look-up.ts';

/** True for an error that passes when MongoDB is back; what it refuses for good is a bug of ours. */
export function isMongoOutage(error: unknown): boolean {
  if (error instanceof DirectoryUnavailable) return true;
  const name = error instanceof Error ? error.name : '';
  return name.startsWith('Mongo') && name !== 'MongoBulkWriteError' && name !== 'MongoParseError';
}
