/** Names under which credentials and personal data travel, as they may turn up in a log line, at any depth. */
export const secretNames: ReadonlySet<string> = new Set([
  'code',
  'secret',
  'sealedSecret',
  'appsecret',
  'access_token',
  'accessToken',
  'refresh_token',
  'refreshToken',
  'token',
  'ticket',
  'bind_ticket',
  'bindTicket',
  'api_key',
  'apiKey',
  'password',
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'openid',
  'unionid',
  'nickname',
  'avatar_url',
  'avatarUrl',
  'headimgurl',
  'user_id',
  'userId',
]);

const redacted = '[redacted]';

/** Numbers pass: `timings.token` is how long a step took. */
export const blank = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'boolean' || value == null ? value : redacted;

const pairs = [...secretNames].join('|');
const inText: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host, as drivers quote the address they could not reach
  [/(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@]+@/gi, `$1${redacted}@`],
  [/\b(Bearer|Basic) [\w.~+/=-]+/g, `$1 ${redacted}`],
  // MongoDB names the values of the key that was there already
  [/dup key: \{.*\}/gs, `dup key: ${redacted}`],
  // name=value of a query, "name": "value" of JSON or of an inspected object
  [
    new RegExp(`(["']?\\b(?:${pairs})["']?\\s*[=:]\\s*)("[^"]*"?|'[^']*'?|[^\\s&"',;)}]+)`, 'gi'),
    `$1${redacted}`,
  ],
];

/** Nobody reads further, and whoever can make an error long must not be able to make this slow. */
const longestText = 8_192;

/** Free text, such as the message of somebody else's error, without the credentials it may quote. */
export function scrubText(text: string): string {
  // Most texts are plain words of ours.
  if (!/[=:@]|Bearer|Basic/.test(text)) return text;
  const start = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
  return inText.reduce((scrubbed, [pattern, replacement]) => scrubbed.replace(pattern, replacement), start);
}

/** A copy of `value` fit for a log: secret names blanked at any depth, errors as {@link describeError} has them. */
export function scrub(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value);
  if (value instanceof Date) return value;
  if (depth > 5) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => scrub(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      secretNames.has(name) ? blank(item) : scrub(item, depth + 1),
    ]),
  );
}

/**
 * An error as a log may show it. A list of what may pass: ioredis hangs the whole command on its errors and MongoDB the
 * document, so that whatever is not named here is left out. An error's `code` is called `errorCode`, since in these
 * logs `code` is WeChat's and is always blanked.
 */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? scrubText(error) : scrub(error);
  const { name, message, stack, cause } = error;
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  return {
    type: name,
    message: scrubText(message),
    ...(stack !== undefined && { stack: scrubText(stack) }),
    ...((typeof code === 'string' || typeof code === 'number') && { errorCode: code }),
    ...(cause !== undefined && depth < 4 && { cause: describeError(cause, depth + 1) }),
    ...(Array.isArray(errors) &&
      depth < 4 && { errors: errors.slice(0, 5).map((inner) => describeError(inner, depth + 1)) }),
  };
}
