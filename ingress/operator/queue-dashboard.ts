import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { KoaAdapter } from '@bull-board/koa';
import type { Queue } from 'bullmq';
import type { Middleware } from 'koa';
import compose from 'koa-compose';
import { Problem } from '#ingress/http/problem.ts';
import { audit } from '#ingress/operator/audit.ts';
import { maskJob } from '#ingress/operator/mask-job.ts';

const basePath = '/queues';

/** What an operator may do to jobs once the dashboard is writable. Making or editing jobs is not among it: a job of ours
 *  without its login's record cannot succeed. */
const writes = new Set([
  '/api/queues/pause',
  '/api/queues/resume',
  '/api/queues/:queueName/pause',
  '/api/queues/:queueName/resume',
  '/api/queues/:queueName/promote',
  '/api/queues/:queueName/retry/:queueStatus',
  '/api/queues/:queueName/clean/:queueStatus',
  '/api/queues/:queueName/:jobId/retry',
  '/api/queues/:queueName/:jobId/clean',
  '/api/queues/:queueName/:jobId/promote',
]);

type Body = Record<string, unknown>;
type Jobs = Record<string, unknown>[];

/** What may leave of each answer of the dashboard's interface; an answer that is not here leaves empty. */
const answers: Record<string, (body: Body) => unknown> = {
  '/api/queues': ({ queues }) => ({
    queues: (queues as Jobs).map((queue) => ({ ...queue, jobs: (queue['jobs'] as Jobs).map(maskJob) })),
  }),
  '/api/queues/:queueName/:jobId': ({ job, status }) => ({ job: maskJob(job as Body), status }),
  // Jobs keep no logs and make no flows; should one ever, it stays inside.
  '/api/queues/:queueName/:jobId/logs': () => [],
  '/api/queues/:queueName/:jobId/flow': () => ({ nodeId: '', flowRoot: null, isFlowNode: false }),
  '/api/job-schedulers': () => ({ schedulers: [] }),
  '/api/redis/stats': (body) => body,
  '/api/queues/:queueName/metrics': (body) => body,
  '/api/queues/:queueName/default-job-options': (body) => body,
  // Whoever starts a worker names it.
  '/api/queues/:queueName/workers': ({ workers }) => ({
    workers: (workers as Jobs | null)?.map((worker) => ({ ...worker, name: null })) ?? null,
  }),
  '/api/queues/:queueName/rate-limit': (body) => body,
  '/api/queues/:queueName/job-data-schema': () => ({}),
};

/** bull-board below /queues: depth, states and ages of jobs, without anything of a person. */
export function queueDashboard({
  queues,
  isWritable,
}: {
  queues: readonly Queue[];
  isWritable: boolean;
}): Middleware {
  const board = new KoaAdapter();
  board.setBasePath(basePath);
  createBullBoard({
    queues: queues.map(
      (queue, shard) =>
        new BullMQAdapter(queue, {
          readOnlyMode: !isWritable,
          // Shards are queues of one name, and the dashboard tells queues apart by name.
          prefix: queues.length > 1 ? `${shard}-` : '',
        }),
    ),
    serverAdapter: board,
    options: {
      uiConfig: { boardTitle: 'Logins', hideDocsLink: true, sortQueues: false },
      handlerHooks: {
        before: ({ method, route }) => ({
          allow: method === 'get' || (isWritable && writes.has(route)),
          status: 405,
        }),
        after({ route }, result) {
          const isError = (result.status ?? 200) >= 400;
          const answer = Object.hasOwn(answers, route) ? answers[route] : undefined;
          return isError ? result : { ...result, body: answer?.(result.body as Body) ?? {} };
        },
      },
    },
  });
  // The board would show the message of whatever went wrong. Ours turns it into words of its own.
  board.setErrorHandler((error) => {
    throw error;
  });

  return compose([
    async function prepareDashboard(ctx, next) {
      // The board's router takes capitals for small letters.
      const asked = ctx.path.toLowerCase();
      if (asked !== basePath && !asked.startsWith(`${basePath}/`)) return next();
      if (!isWritable && ctx.method !== 'GET' && ctx.method !== 'HEAD') {
        throw new Problem(405, 'method_not_allowed', 'The dashboard is read-only; see ADMIN_WRITABLE.', {
          headers: { Allow: 'GET, HEAD' },
        });
      }
      if (ctx.method !== 'GET' && ctx.method !== 'HEAD')
        await audit(ctx, { action: `${ctx.method} on the queue dashboard`, object: ctx.path.slice(0, 200) });
      Object.assign(ctx, { _matchedRoute: basePath });
      ctx.set(
        'Content-Security-Policy',
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
          "font-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
      );
      await next();
    },
    board.registerPlugin(),
  ]);
}
