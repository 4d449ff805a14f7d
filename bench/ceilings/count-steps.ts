import { once } from 'node:events';
import { durationStep } from '#models/counts/steps.ts';
import { createTally } from '#models/counts/tally.ts';
import type { CeilingTask } from './task.ts';
import { timed } from './timed.ts';

/** What operators are told of a login, counted in memory: its way, its end, its times; handed over each 2,000 logins. */
const logins = 2_000_000;
const [task] = (await once(process, 'message')) as [CeilingTask];
const { count, take } = createTally();
const enterprises = Array.from({ length: 5 }, (_, n) => ({
  entId: `enterprise-${n}`,
  appid: 'wx0123456789abcdef',
}));
const way = ['opened', 'sent', 'back', 'queued', 'exchanged', 'ready', 'told', 'redeemed'] as const;
const timings = { total: 350, queue: 4, token: 150, userinfo: 160, binding: 7, settle: 2 };

const work = async () => {
  for (let login = 0; login < logins; login += 1) {
    const whose = enterprises[login % enterprises.length];
    if (whose === undefined) continue;
    for (const step of way) count(whose, step);
    for (const [step, ms] of Object.entries(timings)) count(whose, durationStep(step, ms + (login % 50)));
    if (login % 2_000 === 0) take();
  }
};
process.send?.(await timed({ ...task, count: logins }, work));
