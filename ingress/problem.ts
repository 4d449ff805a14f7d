/** Public codes of refusals: OAuth's (RFC 6749, section 5.2) where it has a word for it. */
export type ProblemCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'too_large'
  | 'unsupported_media_type'
  | 'temporarily_unavailable'
  | 'internal';

/** A refusal meant for the caller: `code` and `message` are shown, so neither may quote what the caller sent. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  /** Koa's word for "the message may leave the house". */
  readonly expose = true;

  constructor(
    status: number,
    code: ProblemCode,
    message: string,
    { headers = {}, cause }: { headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const invalidRequest = (message: string): Problem => new Problem(400, 'invalid_request', message);
