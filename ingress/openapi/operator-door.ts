import { accountOperations } from '#ingress/openapi/account-operations.ts';
import { clientOperations } from '#ingress/openapi/client-operations.ts';
import { enterpriseOperations } from '#ingress/openapi/enterprise-operations.ts';
import { healthOperations } from '#ingress/openapi/health-operations.ts';
import { type Door, problem } from '#ingress/openapi/operation.ts';
import * as answer from '#ingress/openapi/operator-answers.ts';
import { operatorOperations } from '#ingress/openapi/operator-operations.ts';

/** What an operator's programs ask. */
export const operatorDoor: Door = {
  title: 'WeChat login service: the operator’s door',
  description:
    'On the admin listener, with `ADMIN_TOKEN` or a named token of the role that a request needs. Of a PUT an absent member stays as it was, and `null` clears it.',
  security: { adminToken: { type: 'http', scheme: 'bearer' } },
  operations: [
    ...accountOperations,
    ...enterpriseOperations,
    ...clientOperations,
    ...healthOperations,
    ...operatorOperations,
    {
      method: 'get',
      path: '/operate/live',
      id: 'live',
      tag: 'operation',
      summary: 'What is the matter, and how far people come.',
      inQuery: {
        window: '`15m` (usual), `24h` or `30d`.',
        ent_id: 'Of this enterprise alone.',
        appid: 'Of this account alone.',
      },
      answers: {
        200: {
          what: 'With `stale_since` where a store does not answer: what was known then. `ETag` for If-None-Match.',
          schema: answer.live,
        },
        304: { what: 'Nothing but the time has changed.' },
        404: { what: 'There is no such enterprise or account.', schema: problem },
      },
    },
    {
      method: 'get',
      path: '/operate/logins/{name}',
      id: 'showLogin',
      tag: 'logins',
      summary: 'How one login went, and what it waits for.',
      inPath: { name: 'The login’s id, or the support code that its page shows.' },
      answers: {
        200: { what: 'Nothing of the person is in it.', schema: answer.login },
        404: { what: 'There is no such login, or it is too long ago.', schema: problem },
      },
    },
  ],
};
