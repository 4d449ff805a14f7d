import { randomBytes } from 'node:crypto';
import { quantileSorted } from 'simple-statistics';
import { ourNames } from '#bench/subjects/names.ts';
import { appid, entId } from '#bench/subjects/setting.ts';
import { startUs, type Us } from '#bench/subjects/us.ts';
import { openidDigest } from '#models/documents/login-history.ts';
import { supportCodeOf } from '#models/login/support-code.ts';
import { createSealer } from '#models/sealing.ts';
import type { Bench, Findings, RowGroup } from './bench.ts';
import { loadDocuments } from './load-documents.ts';

const people = 100_000;
const looks = 100;
const monthMs = 30 * 86_400_000;
const openidOf = (n: number) => `o-bench-${n}`;
const userIdOf = (n: number) => `u-bench-${n}`;

/** How long an operator waits for a login or a person among so many ends of a month: by support code, id, user_id and openid. */
export const search: RowGroup = {
  names: ['search'],
  async measure({ setting, size, say }: Bench): Promise<Findings> {
    const key = randomBytes(32);
    const env = { SECRET_KEYS: `k1:${key.toString('base64')}` };
    const lines: (string | number)[][] = [];
    let slowest = 0;
    for (const ends of size.history) {
      await using us = await startUs(setting, { prefix: 'bench-search', workers: 0, env });
      const sealer = createSealer([{ kid: 'k1', key }]);
      const digests = Array.from({ length: people }, (_, n) =>
        openidDigest(sealer, { appid, openid: openidOf(n) }),
      );
      const ids = await fill(us, ends, digests);
      const idAt = (n: number) => ids[(n * 97) % ids.length] ?? '';
      const asked: readonly (readonly [name: string, of: (n: number) => string])[] = [
        ['support code', (n) => supportCodeOf(idAt(n))],
        ['id', idAt],
        ['user_id', (n) => userIdOf((n * 7) % people)],
        ['openid', (n) => openidOf((n * 7) % people)],
      ];
      for (const [name, of] of asked) {
        const times: number[] = [];
        for (let n = 0; n < looks; n += 1) times.push(await look(us, of(n)));
        const sorted = times.toSorted((a, b) => a - b);
        const [p50, p99] = [quantileSorted(sorted, 0.5), quantileSorted(sorted, 0.99)];
        lines.push([ends, name, Math.round(p50), Math.round(p99)]);
        say(`  ${ends} ends, by ${name}: p50 ${Math.round(p50)} ms, p99 ${Math.round(p99)} ms`);
        if (ends === size.history.at(-1)) slowest = Math.max(slowest, p99);
      }
    }
    const title = 'A login or a person found at the operator’s door (ms, the page included)';
    const columns = ['ends in the history', 'by', 'p50', 'p99'];
    return { tables: [{ title, columns, lines }], facts: { [`${ourNames.apart}: search`]: slowest } };
  },
};

/** From the form to the page that it leads to. Throws when nothing was found. */
async function look({ askOperator }: Us, what: string): Promise<number> {
  const begun = performance.now();
  const form = new URLSearchParams({ what, ent_id: entId });
  const found = await askOperator('/operate/find', { method: 'POST', body: form, redirect: 'manual' });
  const location = found.headers.get('location');
  if (found.status !== 303 || location === null) throw new Error(`find answered ${found.status}`);
  const page = await askOperator(location, { headers: { accept: 'text/html' } });
  await page.text();
  if (page.status !== 200) throw new Error(`${location.slice(0, 20)}… answered ${page.status}`);
  return performance.now() - begun;
}

/** Answers some of the logins' ids. */
async function fill({ mongoUrl }: Us, ends: number, digests: readonly string[]): Promise<string[]> {
  const now = Date.now();
  const some: string[] = [];
  await loadDocuments(mongoUrl, 'bindings', people, (n) => ({
    entId,
    appid,
    openid: openidOf(n),
    userId: userIdOf(n),
    nickname: '',
    avatarUrl: '',
    createdBy: 'bench',
    createdAt: new Date(),
    updatedAt: new Date(),
  }));
  await loadDocuments(mongoUrl, 'login_history', ends, (n) => {
    const id = `00${randomBytes(16).toString('hex')}`;
    if (n % 1_000 === 0) some.push(id);
    const openidDigest = digests[n % digests.length];
    const at = new Date(now - (n / ends) * monthMs);
    return { _id: `${id}:1`, entId, appid, outcome: 'ready', openidDigest, timings: { total: 350 }, at };
  });
  return some;
}
