import { openFirstPaint } from '#bench/pages/first-paint.ts';
import { ourNames } from '#bench/subjects/names.ts';
import { appid } from '#bench/subjects/setting.ts';
import { startUs } from '#bench/subjects/us.ts';
import type { Bench, Findings, RowGroup } from './bench.ts';

const loads = 15;
const entId = 'bench-paint';
const onDesktop = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36';
const onPhone = 'Mozilla/5.0 (Linux; Android 14; Phone) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36';

/** How soon a page is seen after the first byte of its answer, on a poor line: 300 ms at most. */
export const paint: RowGroup = {
  names: ['paint'],
  async measure({ setting, say }: Bench): Promise<Findings> {
    await using us = await startUs(setting, {
      prefix: 'bench-paint',
      accounts: [{ appid, entId }],
      workers: 0,
    });
    await using browser = await openFirstPaint();
    const link = `${us.origin}/wechatTransfer?ent_id=${entId}`;
    const lines: (string | number)[][] = [];
    for (const [what, url, userAgent] of [
      ['QR page of a computer', link, onDesktop],
      ['a phone outside WeChat', link, onPhone],
      ['an error', `${us.origin}/wechatTransfer?ent_id=a%20b`, onPhone],
    ] as const) {
      // The first load is the browser's own.
      await browser.paint(url, userAgent);
      const paints = [];
      for (let n = 0; n < loads; n += 1) paints.push(await browser.paint(url, userAgent));
      const ms = paints.map(({ painted }) => painted).toSorted((a, b) => a - b);
      const [p50 = 0, most = 0] = [ms[loads >> 1], ms.at(-1)].map((value = 0) => Math.round(value));
      const kb = Math.round((paints[0]?.bytes ?? 0) / 102.4) / 10;
      lines.push([what, p50, most, kb]);
      say(`  ${what}: ${p50} ms`);
    }
    const columns = ['page', 'p50, ms', 'most, ms', 'KB on the wire'];
    const slowest = Math.max(...lines.map(([, p50]) => Number(p50)));
    return {
      facts: { [`${ourNames.apart}: first paint`]: slowest },
      tables: [{ title: 'First paint after the first byte, at 150 ms and 1.6 Mbit/s', columns, lines }],
    };
  },
};
