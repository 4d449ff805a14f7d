/** Redis answers, but takes no writes: no memory, no disk, still loading, or demoted. Before 7.0 a script's error has a preface. */
const refusal =
  /^(?:ERR Error running script .* -)?(OOM|MISCONF|READONLY|LOADING|BUSY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|NOREPLICAS|UNBLOCKED)\b/;

/** True for an error that passes when Redis takes writes again; nothing of the command was carried out. */
export function isRedisRefusal(error: unknown): boolean {
  return error instanceof Error && refusal.test(error.message);
}

/** True when a failover left the connection on the old primary, which is a replica now. */
export function isDemoted(error: Error): boolean {
  return refusal.exec(error.message)?.[1] === 'READONLY';
}
