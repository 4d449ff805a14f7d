import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSeededRandom } from '#simulator/random.ts';
import type { CrowdPlan, CrowdReport, Journal, Role } from './journal.ts';
import { livePerson } from './person.ts';

const lookEachMs = 50;
/** A shorter one moves no figure that anybody judges. */
const noticedMs = 50;

/** The crowd's process: gets a plan, tells how many have ended, and at last hands over all journals. */
process.once('message', (plan: CrowdPlan) => void run(plan));
// Whoever wanted to know how it went is gone.
process.once('disconnect', () => process.exit());

async function run(plan: CrowdPlan): Promise<void> {
  const random = createSeededRandom(plan.seed);
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  const watch = watchStalls();
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
  const lagMs = Math.round(lag.percentile(99) / 1e6);
  const report: CrowdReport = { journals, lagMs, stalls: watch.end() };
  process.send?.({ ended, ready, tookMs: Date.now() - begun });
  process.send?.({ report }, undefined, {}, () => process.exit());
}

/** Times at which a timer of this process came late. */
function watchStalls() {
  const stalls: { from: number; until: number }[] = [];
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - last > lookEachMs + noticedMs) stalls.push({ from: last + lookEachMs, until: now });
    last = now;
  }, lookEachMs);
  return {
    end() {
      clearInterval(timer);
      return stalls;
    },
  };
}

function draw(roles: CrowdPlan['roles'], random: () => number): Role {
  let left = random();
  for (const [role, share] of Object.entries(roles)) {
    left -= share;
    if (left < 0) return role as Role;
  }
  return 'plain';
}
