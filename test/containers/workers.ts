import type { Compose } from './compose.ts';

const ask = `
fetch('http://127.0.0.1:8083/metrics', { headers: { authorization: 'Bearer ' + process.env.ADMIN_TOKEN } })
  .then((answer) => answer.text())
  .then((text) => console.log(text));`;

/** How many logins each worker has ended since it began, by its own metrics. */
export async function loginsOfWorkers(compose: Compose): Promise<number[]> {
  const counts: number[] = [];
  for (const worker of await compose.containers('workers')) {
    const metrics = await compose.runIn(worker, ask);
    const values = Array.from(metrics.matchAll(/^wechat_logins_total\{.*\} (\d+)$/gm), ([, value]) =>
      Number(value),
    );
    counts.push(values.reduce((sum, value) => sum + value, 0));
  }
  return counts;
}
