import test from 'ava';
import { needsOf } from './needs.ts';

for (const [patterns, stores, browser] of [
  [[], true, true],
  [['test/config.test.ts'], false, false],
  [['test/config.test.ts:42'], false, false],
  [['test/wechat/**'], false, false],
  [['test/config.test.ts', 'test/system/start.test.ts'], true, false],
  [['test/models/login/scripts/claim.test.ts'], true, false],
  [['test/browser/**'], true, true],
  [['test/models/'], true, false],
] as const) {
  test(`${patterns.join(' and ') || 'everything'} needs ${stores ? '' : 'no '}stores and ${browser ? 'a' : 'no'} browser`, async (t) => {
    t.deepEqual(await needsOf(patterns), { stores, browser });
  });
}
