import { ExponentialBackoff, handleType, retry } from 'cockatiel';

/** What tells a program the credential of what it made, once, and where to ask for another. */
export type Credential = { readonly member: string; readonly rotateBy: string };
/** Of an enterprise. */
export const apiKeyTold: Credential = { member: 'api_key', rotateBy: 'rotate-key' };
/** Of an OpenID client. */
export const clientSecretTold: Credential = { member: 'client_secret', rotateBy: 'rotate-secret' };

const answerWithinMs = 10_000;
const serviceUnavailable = 503;

/** The operator's door could not say that it was stored; a busy machine's stores are away for moments. */
class NotStored extends Error {}

/** About half a minute. */
const untilStored = retry(handleType(NotStored), {
  maxAttempts: 12,
  backoff: new ExponentialBackoff({ initialDelay: 250, maxDelay: 4_000 }),
});

/**
 * PUTs JSON through the operator's door of a service that runs, as a program of an operator's does: where a store is away or
 * nothing is answered it asks again. Answers the JSON of the answer. With `credential` that has one in any case: of what was
 * stored though nobody was told it makes a new one. Throws an Error with the answer's words.
 */
export function createPutUntilStored({
  adminUrl,
  adminToken,
  signal = new AbortController().signal,
}: {
  adminUrl: string;
  adminToken: string;
  /** Breaks it off. */
  signal?: AbortSignal;
}) {
  return async function putUntilStored(
    path: string,
    form: object,
    credential?: Credential,
  ): Promise<Record<string, unknown>> {
    let tries = 0;
    const answer = await untilStored.execute(() => {
      tries += 1;
      return ask('PUT', path, form);
    }, signal);
    if (credential === undefined || tries === 1 || answer[credential.member] !== undefined) return answer;
    const rotated = await untilStored.execute(
      () => ask('POST', `${path}/${credential.rotateBy}`, {}),
      signal,
    );
    return { ...answer, ...rotated };
  };

  async function ask(method: string, path: string, json: object): Promise<Record<string, unknown>> {
    const answer = await fetch(new URL(path, adminUrl), {
      method,
      headers: { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(json),
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    }).catch((cause: Error) => {
      throw new NotStored(`${method} ${path} was not answered: ${cause.message}`, { cause });
    });
    const text = await answer.text();
    const words = `${method} ${path} answered ${answer.status}: ${text}`;
    if (answer.status === serviceUnavailable) throw new NotStored(words);
    if (!answer.ok) throw new Error(words);
    return JSON.parse(text) as Record<string, unknown>;
  }
}
