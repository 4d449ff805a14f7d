import { type Operation, problem } from '#ingress/openapi/operation.ts';
import * as answer from '#ingress/openapi/operator-answers.ts';
import { wrongType } from '#ingress/openapi/operator-words.ts';
import { patchOf } from '#ingress/openapi/patch-of.ts';
import { operatorForm } from '#ingress/operator/manage-operators.ts';

const path = '/v1/operators/{name}';
const inPath = { name: 'Of the token; `root` is ADMIN_TOKEN’s.' };
const unknown = { what: 'There is no such token.', schema: problem };

/** Named tokens; with ADMIN_TOKEN only. */
export const operatorOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/operators',
    id: 'listOperators',
    tag: 'operators',
    summary: 'The named tokens, at most 1,000.',
    answers: { 200: { what: 'In the order of their names.', schema: answer.operatorList } },
  },
  {
    method: 'get',
    path,
    id: 'getOperator',
    tag: 'operators',
    summary: 'One named token, without the token itself.',
    inPath,
    answers: { 200: { what: 'The token.', schema: answer.operator }, 404: unknown },
  },
  {
    method: 'put',
    path,
    id: 'putOperator',
    tag: 'operators',
    summary: 'Makes a named token, or changes its role or its end.',
    inPath,
    body: { schema: patchOf(operatorForm) },
    answers: {
      200: { what: 'Changed; in force everywhere within 5 s.', schema: answer.operator },
      201: { what: 'Made: `token` is told here and never again.', schema: answer.newOperator },
      415: wrongType,
    },
  },
  {
    method: 'delete',
    path,
    id: 'deleteOperator',
    tag: 'operators',
    summary: 'Ends a token, and the sessions of its browsers.',
    inPath,
    answers: { 204: { what: 'Gone.' }, 404: unknown },
  },
];
