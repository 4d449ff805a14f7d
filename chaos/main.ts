import { randomInt } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { options } from './options.ts';
import { printTable, seconds, wordFor } from './print-table.ts';
import { type Result, runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { allScenarios } from './scenarios/all-scenarios.ts';
import { shortScenarios } from './scenarios/short.ts';
import { createStoreShelf } from './world/stores.ts';
import { startWeChat } from './world/wechat.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);

function choose(): readonly Scenario[] {
  if (options.short) return shortScenarios;
  const wanted = options.scenario;
  return wanted === undefined ? allScenarios : allScenarios.filter(({ name }) => wanted.includes(name));
}

async function main(): Promise<void> {
  if (options.list) {
    const lines = allScenarios.map(({ name, title }) => `${name.padEnd(20)} ${title}\n`);
    process.stdout.write(lines.join(''));
    return;
  }
  const scenarios = choose();
  const { seed = randomInt(1, 1_000_000), logins, scale, product } = options;
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const folder = path.join(import.meta.dirname, 'results', stamp);
  await mkdir(folder, { recursive: true });

  await using shelf = createStoreShelf();
  await using wechat = await startWeChat({ logFolder: folder });
  const results: Result[] = [];
  for (const scenario of scenarios) {
    say(`${scenario.name}: ${scenario.title} (seed ${seed})`);
    const result = await runScenario(scenario, {
      shelf,
      wechat,
      seed,
      logFolder: folder,
      say,
      ...(logins !== undefined && { logins }),
      ...(scale !== undefined && { scale }),
      ...(product !== undefined && { folder: path.resolve(product) }),
    });
    results.push(result);
    const { times } = result.verdict;
    say(`  ${wordFor(result.verdict)} (${seconds(times.drainMs)}, ${times.readyPerSecond} a second)`);
    await writeFile(path.join(folder, `${scenario.name}.json`), JSON.stringify(result, undefined, 2));
  }
  process.stdout.write(`\nSeed ${seed}\n${printTable(results)}\n`);
  const isGreen = results.every(({ verdict }) => verdict.reds.length === 0);
  // The logs tell why something went red; green ones only fill the disk.
  if (isGreen) for (const name of ['simulator.log']) await rm(path.join(folder, name), { force: true });
  process.exitCode = isGreen ? 0 : 1;
}

await main();
