import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { makeBrokenCopy } from '#chaos/broken/make-broken-copy.ts';
import { variants } from '#chaos/broken/variants.ts';
import { runScenario } from '#chaos/run-scenario.ts';
import type { Scenario } from '#chaos/scenario.ts';
import { shortScenarios } from '#chaos/scenarios/short.ts';
import { createStoreShelf } from '#chaos/world/stores.ts';
import { startWeChat } from '#chaos/world/wechat.ts';

const seed = 20;

/** Stores and a WeChat of its own: what is crashed here is nobody else's. */
async function openArena(t: ExecutionContext) {
  const logFolder = await mkdtemp(path.join(tmpdir(), 'chaos-short-'));
  t.teardown(() => rm(logFolder, { recursive: true, force: true }));
  const shelf = createStoreShelf();
  t.teardown(() => shelf[Symbol.asyncDispose]());
  const wechat = await startWeChat({ logFolder });
  t.teardown(wechat.close);
  return async (scenario: Scenario, folder?: string) => {
    const { verdict, examples } = await runScenario(scenario, {
      shelf,
      wechat,
      seed,
      logFolder,
      say: (line) => t.log(`${scenario.name}: ${line.trim()}`),
      ...(folder !== undefined && { folder }),
    });
    return { ...verdict, examples };
  };
}

// One after the other: each starts programs enough for two cores.
test.serial('the promises hold while processes, stores and WeChat fail', async (t) => {
  t.timeout(170_000);
  const judge = await openArena(t);
  for (const scenario of shortScenarios) {
    const { reds, counts, examples } = await judge(scenario);
    t.deepEqual(reds, [], `${scenario.name}: ${JSON.stringify(examples)}`);
    t.is(counts.ready, counts.logins, scenario.name);
  }
});

test.serial('the referee sees each rule that is broken on purpose', async (t) => {
  t.timeout(170_000);
  const judge = await openArena(t);
  for (const variant of variants) {
    await using copy = await makeBrokenCopy(variant);
    const { reds } = await judge(variant.scenario, copy.folder);
    t.regex(reds.join('; '), variant.red, variant.name);
    t.log(`${variant.name}: ${reds.join('; ')}`);
  }
});
