import { bindForm } from '#ingress/host/bind-user.ts';
import { bindingForm, bindingLine } from '#ingress/host/binding-form.ts';
import { lookForm } from '#ingress/host/look-at-bind-ticket.ts';
import { redeemForm } from '#ingress/host/redeem-ticket.ts';
import * as answer from '#ingress/openapi/host-answers.ts';
import { type Door, ndjson, problem } from '#ingress/openapi/operation.ts';

const openid = { openid: 'The person at WeChat, percent-encoded.' };
const usedUp = (what: string) =>
  `The ${what} is unknown, used or expired, or its verifier is wrong: \`invalid_grant\`.`;
const conflict = { what: 'This person of WeChat has another user: `conflict`.', schema: problem };
const tooLarge = { what: 'The body is too large, or has too many lines: nothing was done.', schema: problem };
const wrongType = { what: 'Another Content-Type.', schema: problem };

/** What a host's backend asks. */
export const hostDoor: Door = {
  title: 'WeChat login service: the host’s door',
  description:
    'On the public listener. HTTP Basic: user = `ent_id`, password = an API key of the enterprise.',
  security: { apiKey: { type: 'http', scheme: 'basic' } },
  operations: [
    {
      method: 'post',
      path: '/v1/tickets/redeem',
      id: 'redeemTicket',
      tag: 'tickets',
      summary: 'Trades a ticket, once, for who logged in.',
      isIdempotent: true,
      body: { schema: redeemForm },
      answers: {
        200: { what: 'Who logged in.', schema: answer.person },
        400: { what: usedUp('ticket'), schema: problem },
        415: wrongType,
      },
    },
    {
      method: 'post',
      path: '/v1/bind-tickets/look',
      id: 'lookAtBindTicket',
      tag: 'tickets',
      summary: 'Whose WeChat a bind ticket stands for. Uses nothing up.',
      body: { schema: lookForm },
      answers: {
        200: { what: 'Whose it is.', schema: answer.bindTicket },
        400: { what: usedUp('bind ticket'), schema: problem },
        415: wrongType,
      },
    },
    {
      method: 'post',
      path: '/v1/bindings',
      id: 'bindUser',
      tag: 'bindings',
      summary:
        'Names the user of a person who logged in for the first time, and makes the waiting login ready.',
      isIdempotent: true,
      body: { schema: bindForm },
      answers: {
        200: { what: 'Who logged in.', schema: answer.boundPerson },
        400: { what: usedUp('bind ticket'), schema: problem },
        409: conflict,
        415: wrongType,
      },
    },
    {
      method: 'get',
      path: '/v1/bindings',
      id: 'findBindings',
      tag: 'bindings',
      summary: 'Bindings of a user, of an openid, or all of them in pages of 1,000.',
      inQuery: {
        user_id: 'The host’s user.',
        openid: 'The person at WeChat; not together with user_id.',
        cursor: 'Empty for the first page of all, then the `next_cursor` of the page before.',
      },
      answers: { 200: { what: 'In the order of appid and openid.', schema: answer.bindingPage } },
    },
    {
      method: 'delete',
      path: '/v1/bindings',
      id: 'eraseUser',
      tag: 'bindings',
      summary: 'Unbinds all WeChats of one user and erases the history of its logins.',
      inQuery: { user_id: { required: 'The host’s user.' } },
      answers: { 204: { what: 'Erased.' }, 404: { what: 'There is no such user.', schema: problem } },
    },
    {
      method: 'get',
      path: '/v1/logins',
      id: 'listLogins',
      tag: 'logins',
      summary: 'The last ten logins of one user: how they ended, and what to tell the person.',
      inQuery: { user_id: { required: 'The host’s user.' } },
      answers: {
        200: {
          what: 'The latest first, in the language of Accept-Language; empty for who is not bound.',
          schema: answer.logins,
        },
      },
    },
    {
      method: 'put',
      path: '/v1/bindings/{openid}',
      id: 'putBinding',
      tag: 'bindings',
      summary: 'Says which user a person of WeChat is.',
      inPath: openid,
      body: { schema: bindingForm },
      answers: {
        200: { what: 'It was so already.', schema: answer.putResult },
        201: { what: 'Bound.', schema: answer.putResult },
        409: conflict,
        415: wrongType,
      },
    },
    {
      method: 'delete',
      path: '/v1/bindings/{openid}',
      id: 'removeBinding',
      tag: 'bindings',
      summary: 'Unbinds a person: the next login is a first one again.',
      inPath: openid,
      answers: { 204: { what: 'Unbound.' }, 404: { what: 'There is no such binding.', schema: problem } },
    },
    {
      method: 'post',
      path: '/v1/bindings/import',
      id: 'importBindings',
      tag: 'bindings',
      summary: 'Up to 10,000 bindings (8 MB), one a line; a line that is wrong stops no other.',
      body: { schema: bindingLine, type: ndjson },
      answers: {
        200: { what: 'A verdict for each line.', schema: answer.importResult, type: ndjson },
        413: tooLarge,
        415: wrongType,
      },
    },
    {
      method: 'get',
      path: '/v1/bindings/export',
      id: 'exportBindings',
      tag: 'bindings',
      summary: 'All bindings of the enterprise, one a line.',
      answers: { 200: { what: 'In the order of appid and openid.', schema: answer.binding, type: ndjson } },
    },
  ],
};
