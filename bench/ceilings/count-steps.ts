import { once } from 'node:events';
import { durationStep, wayIn, wayOut } from '#models/counts/steps.ts';
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
const way = [...wayIn, 'ready', ...wayOut] as const;
/** By a list, as the workers do: to have an object's entries listed costs half as much again, and would be the row’s own. */
const compared = ['queue', 'token', 'userinfo', 'binding', 'settle'] as const;

const work = async () => {
  for (let login = 0; login < logins; login += 1) {
    const whose = enterprises[login % enterprises.length];
    if (whose === undefined) continue;
    for (const step of way) count(whose, step);
    const more = login % 50;
    const timings = {
      queue: 4 + more,
      token: 150 + more,
      userinfo: 160 + more,
      binding: 7 + more,
      settle: 2 + more,
    };
    count(whose, durationStep('total', 350 + more));
    for (const step of compared) count(whose, durationStep(step, timings[step]));
    if (login % 2_000 === 0) take();
  }
};
process.send?.(await timed({ ...task, count: logins }, work));
