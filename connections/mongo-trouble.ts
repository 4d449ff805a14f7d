import { isBrokenSocket } from '#connections/broken-socket.ts';

/** What keeps MongoDB from doing what it is asked, and passes; also a metric's label. */
export type MongoTrouble = 'unreachable' | 'timeout' | 'no_primary' | 'no_majority';

const byCode = new Map<unknown, MongoTrouble>([
  [6, 'unreachable'], // HostUnreachable
  [7, 'unreachable'], // HostNotFound
  [24, 'timeout'], // LockTimeout
  [50, 'timeout'], // MaxTimeMSExpired
  [64, 'no_majority'], // WriteConcernTimeout
  [89, 'timeout'], // NetworkTimeout
  [91, 'no_primary'], // ShutdownInProgress
  [100, 'no_majority'], // UnsatisfiableWriteConcern
  [112, 'timeout'], // WriteConflict
  [133, 'no_primary'], // FailedToSatisfyReadPreference
  [134, 'no_majority'], // ReadConcernMajorityNotAvailableYet
  [189, 'no_primary'], // PrimarySteppedDown
  [202, 'timeout'], // NetworkInterfaceExceededTimeLimit
  [262, 'timeout'], // ExceededTimeLimit
  [9001, 'unreachable'], // SocketException
  [10058, 'no_primary'], // LegacyNotPrimary
  [10107, 'no_primary'], // NotWritablePrimary
  [11600, 'no_primary'], // InterruptedAtShutdown
  [11602, 'no_primary'], // InterruptedDueToReplStateChange
  [13435, 'no_primary'], // NotPrimaryNoSecondaryOk
  [13436, 'no_primary'], // NotPrimaryOrSecondary
]);

const byName: readonly (readonly [RegExp, MongoTrouble])[] = [
  [/^Mongo(NetworkTimeout|OperationTimeout|WaitQueueTimeout)Error$/, 'timeout'],
  [
    /^Mongo(Network|ServerSelection|NotConnected|TopologyClosed|PoolCleared|PoolClosed|ClientClosed)\w*Error$/,
    'unreachable',
  ],
  [/^MongoExpiredSessionError$/, 'timeout'],
  // The write was carried out, and not confirmed by as many members as were asked for.
  [/^MongoWriteConcernError$/, 'no_majority'],
];
const passingLabels = ['RetryableWriteError', 'TransientTransactionError'];

/**
 * Undefined for an error that is none of MongoDB's, and for one that no waiting mends: no right (13), a validator that
 * refuses the document (121), a full disk (14031), a command that is wrong.
 */
export function mongoTroubleOf(error: unknown): MongoTrouble | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, hasErrorLabel } = error as { code?: unknown; hasErrorLabel?: (label: string) => boolean };
  const known = byCode.get(code) ?? byName.find(([pattern]) => pattern.test(error.name))?.[1];
  if (known !== undefined) return known;
  // Such as of a write to a member that has just hung up.
  if (isBrokenSocket(error)) return 'unreachable';
  const isPassing =
    typeof hasErrorLabel === 'function' && passingLabels.some((label) => hasErrorLabel.call(error, label));
  return isPassing ? 'no_primary' : undefined;
}
