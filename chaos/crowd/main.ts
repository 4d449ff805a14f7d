import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSeededRandom } from '#simulator/random.ts';
import type { CrowdPlan, CrowdReport, Journal, Role } from './journal.ts';
import { livePerson } from './person.ts';

/** The crowd's process: gets a plan, tells how many have ended, and at last hands over all journals. */
process.once('message', (plan: CrowdPlan) => void run(plan));

async function run(plan: CrowdPlan): Promise<void> {
  const random = createSeededRandom(plan.seed);
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  const begun = Date.now();
  let ended = 0;
  let ready = 0;
  const ticking = setInterval(() => process.send?.({ ended, ready }), 200);

  const lives = Array.from({ length: plan.logins }, async (_, index): Promise<Journal> => {
    const role = draw(plan.roles, random);
    // A twin is the person before, in another browser at the same time.
    const name = `${plan.prefix}-${role === 'twin' ? Math.max(index - 1, 0) : index}`;
    await sleep((plan.afterMs ?? 0) + (plan.overMs * index) / plan.logins);
    const doorsCloseAt = begun + (plan.doorsCloseMs ?? Number.POSITIVE_INFINITY);
    const journal = await livePerson(plan, { person: name, role, index, random, doorsCloseAt });
    ended += 1;
    if (journal.outcome === 'ready') ready += 1;
    return journal;
  });
  const journals = await Promise.all(lives);
  clearInterval(ticking);
  const report: CrowdReport = { journals, lagMs: Math.round(lag.percentile(99) / 1e6) };
  process.send?.({ ended, ready, tookMs: Date.now() - begun });
  process.send?.({ report }, undefined, {}, () => process.exit());
}

function draw(roles: CrowdPlan['roles'], random: () => number): Role {
  let left = random();
  for (const [role, share] of Object.entries(roles)) {
    left -= share;
    if (left < 0) return role as Role;
  }
  return 'plain';
}
