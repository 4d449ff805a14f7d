/** What Redis says, at the beginning of its error, when no waiting helps, and what the operator has to mend. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [/^NOAUTH\b/, 'it wants a password, which REDIS_URL does not give'],
  [/^WRONGPASS\b/, 'it refuses the user or password of REDIS_URL'],
  [/^ERR .*AUTH.* called without any password/, 'it knows no password, and REDIS_URL gives one'],
  [/^NOPERM\b/, 'the user of REDIS_URL lacks a right that docs/stores.md lists'],
  [/^(MOVED|CROSSSLOT)\b/, 'it belongs to a cluster and cannot be used alone'],
  [/^ERR unknown command/, 'it is too old, or a command was taken away from it'],
];

/** Why Redis will never take this command, in words for the operator; undefined for an error that may pass. */
export function lastingRefusalOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // A cluster's client tells of all its nodes at once, and keeps what the last one said.
  const { lastNodeError } = error as { lastNodeError?: unknown };
  const { message } = lastNodeError instanceof Error ? lastNodeError : error;
  const [, why] = refusals.find(([pattern]) => pattern.test(message)) ?? [];
  return why && `${why} (${toldBy(message)})`;
}

/** Its code, and which command, keys or channels it is about; not the user's name. */
function toldBy(message: string): string {
  const [code = ''] = /^[A-Z]+/.exec(message) ?? [];
  const [, about] = /'([a-z|]+)'|\b(?:the|one of the) (keys|channels)\b/.exec(message)?.filter(Boolean) ?? [];
  return about === undefined ? code : `${code}: ${about}`;
}
