/** How peer C may be set. */
export type Tuning = {
  /** asynq takes tasks one by one; more servers in its process take more at once. */
  readonly servers: number;
  /** Tasks in hand in each of them. */
  readonly concurrency: number;
  /** How long asynq sleeps when its queue is empty: it asks, and is not woken. */
  readonly pollMs: number;
  /** Logins that come while others are being enqueued travel as one task, up to so many. */
  readonly batch: number;
  /** How long a callback waits for its login's end before it leads to the waiting page. */
  readonly holdMs: number;
};

const plain: Tuning = { servers: 1, concurrency: 400, pollMs: 5, batch: 1, holdMs: 0 };

/** What is tried before peer C is measured: its best counts. The first two are enough to see that it works. */
export const tunings: readonly Tuning[] = [
  plain,
  { ...plain, batch: 32, holdMs: 500 },
  { ...plain, batch: 32 },
  { ...plain, servers: 4, concurrency: 100 },
  { ...plain, holdMs: 500 },
  { ...plain, servers: 4, concurrency: 100, holdMs: 500 },
  { ...plain, servers: 2, concurrency: 200, batch: 32, holdMs: 500 },
  { ...plain, batch: 32, holdMs: 500, pollMs: 1 },
  { ...plain, batch: 32, holdMs: 500, pollMs: 20 },
  { ...plain, batch: 8, holdMs: 500 },
  { ...plain, batch: 32, holdMs: 500, concurrency: 1_000 },
];
