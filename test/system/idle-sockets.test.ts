import path from 'node:path';
import test from 'ava';
import { execa, execaNode } from 'execa';
import type { Crowd } from './idle-crowd.ts';
import { sharedService } from './shared-service.ts';

/** Node raises its own limit to this. */
const openFiles = Number((await execa('sh', ['-c', 'ulimit -Hn'])).stdout) || Number.POSITIVE_INFINITY;
const service = await sharedService();
/** The service's own files, and room to spare. */
const otherFiles = 1_000;
const wanted = Number(process.env['IDLE_SOCKETS'] ?? 10_000);
const idle = Math.min(wanted, openFiles - otherFiles);
/** The longest a healthy request is waited for. Generous: a busy machine must not fail it, a service that stands still must. */
const patienceMs = 120_000;

const talkative = 'GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n';
const crowds = [
  { doing: 'say nothing', text: '' },
  { doing: 'stop in the middle of their headers', text: 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ' },
  {
    doing: 'stop in the middle of their body',
    text: 'POST /v1/bindings HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{',
  },
  { doing: 'ask once and stay', text: talkative },
  // Not idle: fewer of them keep it busy.
  {
    doing: 'ask a lot and hear nothing of it',
    text: talkative.repeat(20),
    isDeaf: true,
    count: Math.ceil(idle / 5),
  },
];

for (const { doing, text, isDeaf = false, count = idle } of crowds) {
  test.serial(`beside ${count} connections that ${doing}, people log in`, async (t) => {
    if (idle < wanted) t.log(`not ${wanted}: a process may have ${openFiles} open files here`);
    const { hostname: host, port } = new URL(service.ingresses[0]?.url ?? '');
    const crowd = execaNode(path.join(import.meta.dirname, 'idle-crowd.ts'));
    t.teardown(async () => {
      await crowd.sendMessage('enough');
      await crowd;
    });
    await crowd.sendMessage({ host, port: Number(port), count, text, isDeaf } satisfies Crowd);
    await crowd.getOneMessage();

    const { entId } = await service.seedEnterprise();
    const begun = performance.now();
    const ends = await Promise.all(Array.from({ length: 5 }, () => service.person().login(entId)));
    const tookMs = Math.round(performance.now() - begun);
    t.log(`the slowest login took ${tookMs} ms`);
    t.deepEqual([...new Set(ends.map(({ status }) => status))], ['ready']);
    t.true(tookMs < patienceMs);
    const answer = await fetch(`${service.ingresses[0]?.adminUrl}/readyz`, {
      signal: AbortSignal.timeout(patienceMs),
    });
    t.is(answer.status, 200);
  });
}
