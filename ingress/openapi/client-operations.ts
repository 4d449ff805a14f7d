import { type Operation, problem } from '#ingress/openapi/operation.ts';
import * as answer from '#ingress/openapi/operator-answers.ts';
import { cursor, wrongType } from '#ingress/openapi/operator-words.ts';
import { patchOf } from '#ingress/openapi/patch-of.ts';
import { clientForm, keyRotationForm, secretRotationForm } from '#ingress/operator/client-form.ts';

const path = '/v1/clients/{client_id}';
const inPath = { client_id: 'The client.' };
const unknown = { what: 'There is no such client.', schema: problem };

/** OpenID Connect: the hosts' clients, and the keys that sign id tokens. */
export const clientOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/clients',
    id: 'listClients',
    tag: 'clients',
    summary: 'All OpenID Connect clients, in pages of 1,000.',
    inQuery: { cursor },
    answers: { 200: { what: 'In the order of client_id.', schema: answer.clientPage } },
  },
  {
    method: 'get',
    path,
    id: 'getClient',
    tag: 'clients',
    summary: 'One client, without its secret.',
    inPath,
    answers: { 200: { what: 'The client.', schema: answer.client }, 404: unknown },
  },
  {
    method: 'put',
    path,
    id: 'putClient',
    isOfVersion: true,
    tag: 'clients',
    summary: 'Makes or changes a client. A new one needs a name, ent_ids and redirect_uris.',
    inPath,
    body: { schema: patchOf(clientForm) },
    answers: {
      200: {
        what: 'Changed; with a secret, told this once, if it had none.',
        schema: answer.clientWithSecret,
      },
      201: { what: 'Made; with its secret, told this once, if it has one.', schema: answer.clientWithSecret },
      415: wrongType,
    },
  },
  {
    method: 'delete',
    path,
    id: 'removeClient',
    isOfVersion: true,
    tag: 'clients',
    summary: 'Removes a client.',
    inPath,
    answers: { 204: { what: 'Removed.' }, 404: unknown },
  },
  {
    method: 'post',
    path: `${path}/rotate-secret`,
    id: 'rotateSecret',
    tag: 'clients',
    summary: 'A new secret; the one before ends now, or after `keep_old_for` seconds.',
    inPath,
    body: { schema: secretRotationForm, isOptional: true },
    answers: {
      200: { what: 'The new secret, which is told this once.', schema: answer.rotatedSecret },
      404: unknown,
      415: wrongType,
    },
  },
  {
    method: 'post',
    path: '/v1/signing-keys/rotate',
    id: 'rotateSigningKeys',
    tag: 'signing keys',
    summary: 'New keys for id tokens, published now and signing after `publish_for` seconds.',
    body: { schema: keyRotationForm, isOptional: true },
    answers: { 200: { what: 'All that are published.', schema: answer.signingKeys }, 415: wrongType },
  },
];
