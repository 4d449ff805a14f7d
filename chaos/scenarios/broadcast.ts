import { operateWorld } from '#chaos/faults/operator.ts';
import type { Evidence } from '#chaos/referee/evidence.ts';
import { quantile } from '#chaos/referee/times.ts';
import type { Fault, Scenario } from '#chaos/scenario.ts';

/** By so much of its whole time the end of a broadcast may be missed. */
const mostMiss = 0.15;
/** The shares of the people at whose end the operator's page is looked at. */
const looksAt = [0.25, 0.5] as const;
/** A broadcast is over when so many are through (models/broadcasts/project-end.ts). */
const throughShare = 0.99;

type Look = { readonly share: number; readonly projectedAt: number | undefined };

/** What the operator's page said in the run under way: one scenario runs at a time. */
let begunAt = 0;
let looks: Look[] = [];

/** An operator plans the broadcast, without a word of the account's pace, and looks at its page as it goes on. */
const watchPage: Fault = async (run) => {
  looks = [];
  begunAt = Date.now();
  const { entId = '' } = run.world.enterprises[0] ?? {};
  const operate = operateWorld(run.world);
  const page = await operate.submit('/operate/broadcasts', {
    ent_id: entId,
    people: String(run.people),
    minutes: '1',
  });
  for (const share of looksAt) {
    await run.until(share);
    if (run.isOver.aborted) return;
    const text = await operate.see(page);
    const [, at] = /id="projected" datetime="([^"]+)"/.exec(text) ?? [];
    const [, ended] = /data-ended="(\d+)"/.exec(text) ?? [];
    const look = { share, projectedAt: at === undefined ? undefined : Date.parse(at) };
    looks.push(look);
    const after = (ms: number) => `${((ms - begunAt) / 1_000).toFixed(1)} s`;
    const end = look.projectedAt === undefined ? 'nothing' : after(look.projectedAt);
    run.note(`at ${share}, ${after(Date.now())}: the page counts ${ended} and projects ${end}`);
  }
};

function judgeLooks({ reports }: Evidence): string | undefined {
  const ends = reports
    .flatMap(({ journals }) => journals.map(({ endedAt }) => endedAt))
    .sort((a, b) => a - b);
  const tookMs = quantile(ends, throughShare) - begunAt;
  const faults = looks.flatMap(({ share, projectedAt }) => {
    const miss = projectedAt === undefined ? undefined : (projectedAt - begunAt) / tookMs - 1;
    if (miss !== undefined && Math.abs(miss) <= mostMiss) return [];
    const by =
      miss === undefined ? 'no end was projected' : `the end was missed by ${(100 * miss).toFixed(0)} %`;
    return [`${by} at ${share}, of ${(tookMs / 1_000).toFixed(1)} s`];
  });
  if (looks.length < looksAt.length) faults.push('the page was not looked at in time');
  return faults.join(', ') || undefined;
}

/** What an operator is told of a broadcast while it goes on, against what came of it. */
export const broadcastScenarios: readonly Scenario[] = [
  {
    name: 'broadcast-end',
    title: "a broadcast at 600 calls a minute, whose end the operator's page tells within 15 %",
    // Ten minutes; 20,000 take more than half an hour (--logins 20000).
    logins: 6_000,
    overMs: 40_000,
    keepsRate: true,
    roles: {},
    // In real minutes: by these an account's pace heals after WeChat was too busy, however short the simulator's are.
    behaviour: { minuteQuota: 600, minuteMs: 60_000 },
    patienceMs: 3_000_000,
    inject: watchPage,
    bounds: { reauthorized: 20, also: (_, evidence) => judgeLooks(evidence) },
  },
];
