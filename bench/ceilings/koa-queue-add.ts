import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import Koa from 'koa';

/** A callback that puts a job on the queue and nothing else. */
const connection = new Redis(process.env['REDIS_URL'] ?? '');
const queue = new Queue('ceiling', { connection, prefix: '{bench-ceiling}' });
await queue.obliterate({ force: true });
let added = 0;

const app = new Koa();
app.use(async (ctx) => {
  await queue.add('exchange', { login: '0'.repeat(34), n: 1 }, { jobId: `login-${added++}` });
  ctx.status = 303;
  ctx.redirect('/logins/0');
});
app.listen(Number(process.env['PORT']), '127.0.0.1');
