/** Redis answers, but takes no commands: no memory, no disk, a script that runs on, still loading, or demoted. */
const refusals = /^(OOM|MISCONF|READONLY|LOADING|BUSY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|NOREPLICAS|UNBLOCKED) /;

/** True for an error that passes when Redis takes commands again; nothing of this one was carried out. */
export function isRedisRefusal(error: unknown): boolean {
  return error instanceof Error && refusals.test(error.message);
}
