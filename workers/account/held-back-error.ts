/** Calls for this account must wait; the job goes back to the queue for `resumeInMs`, or for longer when others wait before it. */
export class HeldBackError extends Error {
  override readonly name = 'HeldBackError';
  readonly resumeInMs: number;
  /** Whose line the job stands in: an enterprise's slice; absent: its account's. */
  readonly line: string | undefined;
  constructor(resumeInMs: number, line?: string) {
    super(`calls for this account are paused for ${Math.ceil(resumeInMs)} ms`);
    this.resumeInMs = resumeInMs;
    this.line = line;
  }
}
