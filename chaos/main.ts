import { randomInt } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { printTable, seconds, wordFor } from './print-table.ts';
import { type Result, runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { allScenarios } from './scenarios/all-scenarios.ts';
import { shortScenarios } from './scenarios/short.ts';
import { createStoreShelf } from './world/stores.ts';
import { startWeChat } from './world/wechat.ts';

const usage = `npm run chaos -- [options]
  --scenario NAME   only this one; may be repeated (--list shows the names)
  --short           the short form that runs with the tests
  --logins N        people in every scenario, instead of its own number
  --scale F         every scenario's own number times F
  --seed N          of the order in which faults strike and of who does what
  --product FOLDER  judge the service in this folder instead of this one
  --list            show the scenarios and end
`;

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true },
    short: { type: 'boolean', default: false },
    logins: { type: 'string' },
    scale: { type: 'string' },
    seed: { type: 'string' },
    product: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);

function choose(): readonly Scenario[] {
  if (values.short) return shortScenarios;
  const wanted = values.scenario ?? allScenarios.map(({ name }) => name);
  return wanted.map((name) => {
    const found = allScenarios.find((scenario) => scenario.name === name);
    if (found === undefined) throw new Error(`There is no scenario ${name}; --list shows them.`);
    return found;
  });
}

async function main(): Promise<void> {
  if (values.help || values.list) {
    process.stdout.write(
      values.help
        ? usage
        : `${allScenarios.map(({ name, title }) => `${name.padEnd(20)} ${title}`).join('\n')}\n`,
    );
    return;
  }
  const scenarios = choose();
  const seed = Number(values.seed ?? randomInt(1, 1_000_000));
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
      ...(values.logins !== undefined && { logins: Number(values.logins) }),
      ...(values.scale !== undefined && { scale: Number(values.scale) }),
      ...(values.product !== undefined && { folder: path.resolve(values.product) }),
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
