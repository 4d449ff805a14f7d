/** Redis answers, but takes no writes: no memory, no disk, still loading, or demoted. */
const refusals =
  /^(OOM|MISCONF|READONLY|LOADING|BUSY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|NOREPLICAS|UNBLOCKED) ?/;

/** True for an error that passes when Redis takes writes again; nothing of the command was carried out. */
export function isRedisRefusal(error: unknown): boolean {
  return error instanceof Error && refusals.test(error.message);
}
