import { type Operation, problem } from '#ingress/openapi/operation.ts';
import * as answer from '#ingress/openapi/operator-answers.ts';
import { cursor, wrongType } from '#ingress/openapi/operator-words.ts';
import { patchOf } from '#ingress/openapi/patch-of.ts';
import { accountForm } from '#ingress/operator/forms.ts';
import { pauseForm } from '#ingress/operator/pause-form.ts';

const path = '/v1/accounts/{appid}';
const inPath = { appid: 'The service account at WeChat.' };
const unknown = { what: 'There is no such account.', schema: problem };

export const accountOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/accounts',
    id: 'listAccounts',
    tag: 'accounts',
    summary: 'All service accounts, in pages of 1,000.',
    inQuery: { cursor },
    answers: { 200: { what: 'In the order of appid.', schema: answer.accountPage } },
  },
  {
    method: 'get',
    path,
    id: 'getAccount',
    tag: 'accounts',
    summary: 'One service account, without its secret.',
    inPath,
    answers: { 200: { what: 'The account.', schema: answer.account }, 404: unknown },
  },
  {
    method: 'put',
    path,
    id: 'putAccount',
    isOfVersion: true,
    tag: 'accounts',
    summary: 'Makes or changes a service account. A new one needs a name and its secret.',
    inPath,
    body: { schema: patchOf(accountForm) },
    answers: {
      200: { what: 'Changed.', schema: answer.account },
      201: { what: 'Made.', schema: answer.account },
      415: wrongType,
    },
  },
  {
    method: 'post',
    path: `${path}/pause`,
    id: 'pauseAccount',
    tag: 'accounts',
    summary:
      'Until it is resumed, or until the time given, no login of this account begins (`door`), nor is a call made (`calls`); in force within 5 s.',
    inPath,
    body: { schema: pauseForm, isOptional: true },
    answers: {
      200: {
        what: 'Paused; asked again, the first pause of this level stays, with another reason, sentence or end if one is given.',
        schema: answer.account,
      },
      404: unknown,
      415: wrongType,
    },
  },
  {
    method: 'post',
    path: `${path}/resume`,
    id: 'resumeAccount',
    tag: 'accounts',
    summary: 'The account works again; in force within 5 s.',
    inPath,
    answers: { 200: { what: 'It is not paused.', schema: answer.account }, 404: unknown },
  },
  {
    method: 'post',
    path: `${path}/test`,
    id: 'testAccount',
    tag: 'accounts',
    summary: 'A worker asks WeChat whether it takes the secret; takes up to 10 s.',
    inPath,
    answers: {
      200: {
        what: 'What WeChat said; `tested` is false where no worker asked it.',
        schema: answer.secretTest,
      },
      404: unknown,
    },
  },
  {
    method: 'delete',
    path,
    id: 'removeAccount',
    isOfVersion: true,
    tag: 'accounts',
    summary: 'Removes a service account that no enterprise uses.',
    inPath,
    answers: {
      204: { what: 'Removed.' },
      404: unknown,
      409: { what: 'An enterprise uses it: `conflict`.', schema: problem },
    },
  },
];
