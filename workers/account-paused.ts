/** Calls for this account must wait; the job goes back to the queue for `resumeInMs`. */
export class AccountPaused extends Error {
  override readonly name = 'AccountPaused';
  readonly resumeInMs: number;
  constructor(resumeInMs: number) {
    super(`calls for this account are paused for ${Math.ceil(resumeInMs)} ms`);
    this.resumeInMs = resumeInMs;
  }
}
