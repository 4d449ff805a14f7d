import test from 'ava';
import type { Context } from 'koa';
import { jsonErrors, toProblem } from '#ingress/http/middleware/json-errors.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import { createRequestLog } from '#ingress/http/request-log.ts';
import { capturedLog } from '#test/support/captured-log.ts';

const ctx = {
  method: 'GET',
  _matchedRoute: '/wechatTransfer',
  res: { getHeader: (name: string) => (name === 'X-Request-Id' ? 'request-1' : undefined) },
} as unknown as Context;

function logged(...errors: unknown[]) {
  const { log, lines } = capturedLog();
  const logFailure = createRequestLog(log);
  for (const error of errors) logFailure(ctx, error, toProblem(error));
  return lines.map((line) => ({ ...JSON.parse(line), size: line.length }));
}

test('a fault of the caller is one short line without a stack', (t) => {
  const [line, ...more] = logged(invalidRequest('target: not among those', ['target']));
  t.like(line, {
    level: 'info',
    requestId: 'request-1',
    route: '/wechatTransfer',
    status: 400,
    error: 'invalid_request',
    fields: ['target'],
  });
  t.is(line.err, undefined);
  t.true(line.size < 300, `${line.size}`);
  t.deepEqual(more, []);
});

test('a store that is away is one short line that says what it said', (t) => {
  const away = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED' });
  const [line] = logged(away);
  t.like(line, { level: 'info', status: 503, cause: 'connect ECONNREFUSED 127.0.0.1:6379' });
  t.is(line.err, undefined);
  t.true(line.size < 400, `${line.size}`);
});

test('a bug keeps its stack, each time', (t) => {
  const lines = logged(...Array.from({ length: 20 }, () => new TypeError('a bug')));
  t.is(lines.length, 20);
  t.like(lines[0], { level: 'error', status: 500, requestId: 'request-1' });
  t.regex(lines[0].err.stack, /request-log\.test/);
});

test('of a thousand refusals of one kind ten are written, and another kind still is', (t) => {
  const scan = Array.from({ length: 1_000 }, () => new Problem(404, 'not_found', 'There is nothing.'));
  const lines = logged(...scan, invalidRequest('another'));
  t.is(lines.length, 11);
  t.is(lines.at(-1).status, 400);
});

test('wrong credentials have their line from the doorkeeper', (t) => {
  t.deepEqual(
    logged(new Problem(401, 'invalid_client', 'wrong'), new Problem(429, 'too_many_requests', 'soon')),
    [],
  );
});

test('the middleware answers what it logs', async (t) => {
  const { log, lines } = capturedLog();
  const answer = { ...ctx, set: () => {} } as unknown as Context & { status: number; body: unknown };
  await jsonErrors(log)(answer, async () => {
    throw invalidRequest('wrong');
  });
  t.is(answer.status, 400);
  t.is(lines.length, 1);
});
