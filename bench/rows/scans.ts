import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pWaitFor from 'p-wait-for';
import { openLoop } from '#bench/driver/loops.ts';
import { summarise } from '#bench/driver/summary.ts';
import { createDesktops } from '#bench/pages/desktops.ts';
import { allHeld, leastMemory, perPage } from '#bench/pages/measure-memory.ts';
import { createPhones } from '#bench/pages/phones.ts';
import { appid } from '#bench/subjects/setting.ts';
import { startUs } from '#bench/subjects/us.ts';
import type { Bench, Findings, RowGroup } from './bench.ts';

/** One enterprise has a quarter of the QR codes that may be open. */
const accounts = ['bench-1', 'bench-2', 'bench-3'].map((entId) => ({ appid, entId }));
const warmUp = 300;
/** A code is shown for a minute: so its renewals come evenly, too. */
const openedWithinS = 60;
const scansPerSecond = 50;

/** Many computers that show a QR code to one ingress: their memory, the storm when it is killed, and how soon each hears of its phone. */
export const scans: RowGroup = {
  names: ['scans'],
  async measure({ setting, size, say }: Bench): Promise<Findings> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-scans-'));
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(() => rm(folder, { recursive: true, force: true }));
    const file = path.join(folder, 'memory.json');
    const us = cleanup.use(
      await startUs(setting, {
        prefix: 'bench-scans',
        accounts,
        hook: 'bench/pages/memory-hook.ts',
        // They all come from one address.
        env: { BENCH_MEMORY: file, SCANS_PER_MINUTE: '1000000' },
      }),
    );
    const ingress = () => us.pids['ingress'] ?? 0;
    const phones = createPhones(us.origin, setting.simulatorUrl);
    cleanup.defer(async () => phones.close());
    // What a process needs once is no page's.
    const first = createDesktops(us);
    await first.open(warmUp, 100);
    for (const desktop of first.all.slice(0, 30)) await phones.scan(desktop);
    first.close();
    await pWaitFor(async () => (await us.heldScans()) === 0, { interval: 100, timeout: 30_000 });

    const idle = await leastMemory(ingress(), file);
    const desktops = createDesktops(us);
    cleanup.defer(async () => desktops.close());
    await desktops.open(size.pages, size.pages / openedWithinS);
    await allHeld(us.heldScans, size.pages);
    const scanned = new Map<string, number>();
    const chosen = everyNth(desktops.all, 10);
    await openLoop(
      scansPerSecond,
      () => false,
      async () => {
        const desktop = chosen.next().value;
        if (desktop !== undefined) scanned.set(desktop.id, await phones.scan(desktop));
      },
      Math.floor(size.pages / 10),
    );
    const heard = () => [...scanned.keys()].every((id) => desktops.askedAt.has(id));
    await pWaitFor(heard, { interval: 20, timeout: 60_000 });
    const wakeUp = summarise([...scanned].map(([id, at]) => (desktops.askedAt.get(id) ?? Number.NaN) - at));
    say(`  ${scanned.size} scanned, heard in ${wakeUp.p50} ms (p50), ${wakeUp.p99} ms (p99)`);
    const { failures } = desktops.told;

    // Not before the scans: with its garbage V8 gives its compiled code back, and a second of compiling is no page's.
    const full = await leastMemory(ingress(), file);
    const page = perPage(idle, full, size.pages);
    say(`  ${page.kb} KB a page`);

    let killedAt = 0;
    await us.restartIngress(() => {
      killedAt = performance.now();
    });
    await allHeld(us.heldScans, size.pages);
    const backMs = performance.now() - killedAt;
    const lines = [
      ['memory of the ingress for each page, above idle', `${page.kb} KB`],
      ['its heap alone / its resident memory', `${page.heap} / ${page.rss} KB`],
      [
        'codes renewed a second / phones that scan',
        `${Math.round(size.pages / openedWithinS)} / ${scansPerSecond}`,
      ],
      [
        'phone asks for its page → computer told, p50 / p99 / max',
        `${wakeUp.p50} / ${wakeUp.p99} / ${wakeUp.max} ms`,
      ],
      ['requests in vain until then', failures],
      ['pictures of renewed codes until the end', desktops.told.pictures],
      ['ingress killed → the next one holds all pages', `${Math.round(backMs)} ms`],
    ];
    const title = `${size.pages} open QR pages on one ingress`;
    return {
      tables: [{ title, columns: ['', 'measured'], lines }],
      facts: {
        [`${us.name}: QR page KB`]: page.kb,
        [`${us.name}: scan heard p99`]: wakeUp.p99,
        [`${us.name}: QR pages back`]: backMs,
      },
    };
  },
};

function* everyNth<T>(all: readonly T[], n: number): Generator<T, undefined> {
  for (let at = 0; at < all.length; at += n) yield all[at] as T;
}
