import test from 'ava';
import type { z } from 'zod';
import * as answer from '#ingress/openapi/host-answers.ts';
import { hostDoor } from '#ingress/openapi/host-door.ts';
import { problem } from '#ingress/openapi/operation.ts';
import { randomOpenid, withHostDoor } from '#test/ingress/host/with-host-door.ts';
import { operationsOf } from './operations-of.ts';

test('every operation of the door is in the document, and no other', async (t) => {
  const { router } = await withHostDoor(t);
  const told = hostDoor.operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  t.deepEqual(operationsOf(router).sort(), told.sort());
});

test('what is answered is what the document says', async (t) => {
  const { call, settle } = await withHostDoor(t);
  const is = (schema: z.ZodType, value: unknown) => t.notThrows(() => schema.parse(value));
  const hostState = 'state-of-the-host';
  const { ticket, identity } = await settle('ready', { target: '/orders', hostState, unionid: 'oU' });
  is(answer.person, (await call('POST', '/v1/tickets/redeem', { json: { ticket } })).json);
  is(problem.strict(), (await call('POST', '/v1/tickets/redeem', { json: { ticket } })).json);
  const bind = await settle('bind');
  const json = { bind_ticket: bind.ticket };
  is(answer.bindTicket, (await call('POST', '/v1/bind-tickets/look', { json })).json);
  is(answer.person, (await call('POST', '/v1/bindings', { json: { ...json, user_id: 'u' } })).json);

  const path = `/v1/bindings/${identity.openid}`;
  is(answer.putResult, (await call('PUT', path, { json: { user_id: 'put', unionid: 'oU' } })).json);
  is(answer.putResult, (await call('PUT', path, { json: { user_id: 'put' } })).json);
  const page = await call('GET', '/v1/bindings?cursor=');
  is(answer.bindingPage, page.json);
  t.true(page.json.bindings.length > 1);
  const body = `${JSON.stringify({ openid: randomOpenid(), user_id: 'u' })}\n{}\n`;
  const headers = { 'content-type': 'application/x-ndjson' };
  const { json: verdicts } = await call('POST', '/v1/bindings/import', { headers, body });
  t.is(verdicts.length, 2);
  for (const verdict of verdicts) is(answer.importResult, verdict);
  for (const line of (await call('GET', '/v1/bindings/export')).json) is(answer.binding, line);
});
