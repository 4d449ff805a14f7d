import { type Operation, problem } from '#ingress/openapi/operation.ts';
import * as answer from '#ingress/openapi/operator-answers.ts';
import { cursor, wrongType } from '#ingress/openapi/operator-words.ts';
import { patchOf } from '#ingress/openapi/patch-of.ts';
import { enterpriseForm, rotationForm } from '#ingress/operator/forms.ts';

const path = '/v1/enterprises/{ent_id}';
const inPath = { ent_id: 'The enterprise.' };
const unknown = { what: 'There is no such enterprise.', schema: problem };

export const enterpriseOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/enterprises',
    id: 'listEnterprises',
    tag: 'enterprises',
    summary: 'All enterprises, in pages of 1,000.',
    inQuery: { cursor },
    answers: { 200: { what: 'In the order of ent_id.', schema: answer.enterprisePage } },
  },
  {
    method: 'get',
    path,
    id: 'getEnterprise',
    tag: 'enterprises',
    summary: 'One enterprise, without its API key.',
    inPath,
    answers: { 200: { what: 'The enterprise.', schema: answer.enterprise }, 404: unknown },
  },
  {
    method: 'put',
    path,
    id: 'putEnterprise',
    isOfVersion: true,
    tag: 'enterprises',
    summary: 'Makes or changes an enterprise. A new one needs a name, an appid and a login_url.',
    inPath,
    body: { schema: patchOf(enterpriseForm) },
    answers: {
      200: { what: 'Changed.', schema: answer.changedEnterprise },
      201: { what: 'Made, with its API key, which is told this once.', schema: answer.newEnterprise },
      415: wrongType,
    },
  },
  {
    method: 'delete',
    path,
    id: 'removeEnterprise',
    isOfVersion: true,
    tag: 'enterprises',
    summary: 'Removes an enterprise, and in the background its people: bindings and history.',
    inPath,
    answers: { 200: { what: 'How much is erased.', schema: answer.erased }, 404: unknown },
  },
  {
    method: 'post',
    path: `${path}/rotate-key`,
    id: 'rotateKey',
    tag: 'enterprises',
    summary: 'A new API key; the one before ends now, or after `keep_old_for` seconds.',
    inPath,
    body: { schema: rotationForm, isOptional: true },
    answers: {
      200: { what: 'The new key, which is told this once.', schema: answer.rotatedKey },
      404: unknown,
      415: wrongType,
    },
  },
  {
    method: 'delete',
    path: `${path}/bindings`,
    id: 'eraseUserOfEnterprise',
    tag: 'enterprises',
    summary: 'Unbinds all WeChats of one user of the enterprise and erases the history of its logins.',
    inPath,
    inQuery: { user_id: { required: 'The host’s user.' } },
    answers: { 200: { what: 'How much was erased, or nothing.', schema: answer.erased } },
  },
];
