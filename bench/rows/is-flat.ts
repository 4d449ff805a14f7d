/** So many blocks without news end the warm-up. */
const patience = 3;
/** The share that is news. */
const news = 0.02;

/** Whether what a login costs has stopped falling, judged by its cost in each block of the warm-up so far. */
export function isFlat(costs: readonly number[]): boolean {
  const before = costs.slice(0, -patience);
  if (before.length === 0) return false;
  const least = Math.min(...before);
  return costs.slice(-patience).every((cost) => cost > least * (1 - news));
}
