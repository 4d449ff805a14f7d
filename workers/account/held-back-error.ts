/** Calls for this account must wait; the job goes back to the queue for `resumeInMs`, or for longer when others wait before it. */
export class HeldBackError extends Error {
  override readonly name = 'HeldBackError';
  readonly resumeInMs: number;
  /** Whose line the job stands in: an enterprise's slice; absent: its account's. */
  readonly line: string | undefined;
  /** When the code that is held back dies, ms of Redis's clock; absent: none was claimed, it is the job's own. */
  readonly diesAt: number | undefined;
  constructor(resumeInMs: number, line?: string, diesAt?: number) {
    super(`calls for this account are paused for ${Math.ceil(resumeInMs)} ms`);
    this.resumeInMs = resumeInMs;
    this.line = line;
    this.diesAt = diesAt;
  }
}
