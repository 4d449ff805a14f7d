import test from 'ava';
import type { Provider } from 'oidc-provider';
import { toMetadata } from '#ingress/oidc/client-metadata.ts';
import { compareSecretsByDigest } from '#ingress/oidc/client-secret.ts';
import type { ClientDocument } from '#models/documents/client.ts';
import { digest } from '#operations/digest.ts';
import type { Doorkeeper } from '#operations/doorkeeper.ts';
import { aClient } from '#test/models/acme.ts';

const unasked = () => {
  throw new Error('nobody waits: there is no request');
};

/** The library's class of clients, as far as it matters here. */
async function passes(change: Partial<ClientDocument>, secret: string): Promise<boolean> {
  class Client {
    clientId = aClient.clientId;
    clientSecret = toMetadata({ ...aClient, ...change }).client_secret;
  }
  const provider = { Client } as unknown as Provider;
  const doorkeeper = { letIn: unasked, secondsToWait: unasked } as unknown as Doorkeeper;
  compareSecretsByDigest(provider, () => doorkeeper);
  const compare = Reflect.get(Client.prototype, 'compareClientSecret') as (
    actual: string,
  ) => Promise<boolean>;
  return compare.call(new Client(), secret);
}

test('a secret is right by its digest, and the digest itself is none', async (t) => {
  const secretDigest = digest('secret');
  t.true(await passes({ secretDigest }, 'secret'));
  for (const wrong of ['', 'Secret', secretDigest, `${secretDigest}~`])
    t.false(await passes({ secretDigest }, wrong));
});

test('the one before is right until its time is over', async (t) => {
  const rotated = { secretDigest: digest('new'), previousSecretDigest: digest('old') };
  const until = (ms: number) => ({ ...rotated, previousSecretUntil: new Date(Date.now() + ms) });
  t.true(await passes(until(60_000), 'old'));
  t.true(await passes(until(60_000), 'new'));
  t.false(await passes(until(-1), 'old'));
  t.true(await passes(until(-1), 'new'));
});
