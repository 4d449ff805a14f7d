/**
 * Keeps a metric's label small: the first `limit` values are kept, every later one becomes `other`. An enterprise that
 * was seen keeps its own series for the life of the process.
 */
export function createBoundedLabel(limit: number): (value: string) => string {
  const kept = new Set<string>();
  return function boundedLabel(value) {
    if (kept.has(value)) return value;
    if (kept.size >= limit) return 'other';
    kept.add(value);
    return value;
  };
}
