/** Public codes of refusals: OAuth's (RFC 6749, section 5.2) where it has a word for it. */
export type ProblemCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'forbidden'
  | 'not_found'
  | 'unknown_scan'
  | 'method_not_allowed'
  | 'conflict'
  | 'precondition_failed'
  | 'too_large'
  | 'too_many_requests'
  | 'unsupported_media_type'
  | 'temporarily_unavailable'
  | 'internal';

/** A refusal meant for the caller: `code` and `message` are shown, so neither may quote a value that the caller sent. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  /** Names of ours for what was wrong: all of it that goes into a log, since `message` may name what the caller sent. */
  readonly fields: readonly string[];
  /** Koa's word for "the message may leave the house". */
  readonly expose = true;

  constructor(
    status: number,
    code: ProblemCode,
    message: string,
    {
      headers = {},
      fields = [],
      cause,
    }: { headers?: Record<string, string>; fields?: readonly string[]; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.fields = fields;
  }
}

/** Of an enterprise with `require_state`. */
export const stateRequired = (): Problem =>
  invalidRequest('state: this enterprise begins logins on its own pages only', ['state']);

export const invalidRequest = (message: string, fields: readonly string[] = []): Problem =>
  new Problem(400, 'invalid_request', message, { fields });
