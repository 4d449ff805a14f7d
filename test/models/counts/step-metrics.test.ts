import test from 'ava';
import { Registry } from 'prom-client';
import { fieldOf } from '#models/counts/minutes.ts';
import { createStepMetrics } from '#models/counts/step-metrics.ts';

function withSteps() {
  const registry = new Registry();
  const { add } = createStepMetrics(registry);
  return {
    add: (entId: string, appid: string, step: string, n: number) =>
      add(new Map([[fieldOf(entId, appid, step), n]])),
    text: () => registry.metrics(),
  };
}

test('steps are added up by account, of all its enterprises', async (t) => {
  const { add, text } = withSteps();
  add('acme', 'wx1', 'sent', 3);
  add('other', 'wx1', 'sent', 4);
  add('acme', 'wx2', 'sent', 1);
  add('acme', 'wx1', 'failed:internal', 1);
  // A duration is no step, and a word that nobody knows makes no series.
  add('acme', 'wx1', 'd:total:28', 1);
  add('acme', 'wx1', 'made-up', 1);
  await text();
  const shown = await text();
  t.deepEqual(
    shown.match(/^wechat_login_steps_total\{.*$/gm)?.toSorted(),
    [
      'wechat_login_steps_total{step="failed:internal",appid="wx1"} 1',
      'wechat_login_steps_total{step="sent",appid="wx1"} 7',
      'wechat_login_steps_total{step="sent",appid="wx2"} 1',
    ].toSorted(),
  );
  t.notRegex(shown, /acme/);
});

test('a series begins at 0, so that the first of a fault is an increase', async (t) => {
  const { add, text } = withSteps();
  t.regex(await text(), /^wechat_codes_lost_total\{cause="expired"\} 0$/m);
  add('acme', 'wx1', 'e:token:40125', 1);
  t.regex(await text(), /^wechat_failed_calls_total\{appid="wx1",endpoint="token",errcode="40125"\} 0$/m);
  t.regex(await text(), /^wechat_failed_calls_total\{appid="wx1",endpoint="token",errcode="40125"\} 1$/m);
});

test('a code that is lost is counted by cause; a profile that is asked for is none', async (t) => {
  const { add, text } = withSteps();
  add('acme', 'wx1', 'again:expired', 2);
  add('acme', 'wx1', 'again:profile', 5);
  add('acme', 'wx1', 'again:given-up', 1);
  await text();
  const shown = await text();
  t.regex(shown, /^wechat_codes_lost_total\{cause="expired"\} 2$/m);
  t.regex(shown, /^wechat_codes_lost_total\{cause="other"\} 1$/m);
  t.regex(shown, /^wechat_login_steps_total\{step="again:profile",appid="wx1"\} 5$/m);
  t.notRegex(shown, /cause="profile"/);
});

test('200 accounts are shown by name, the rest together', async (t) => {
  const { add, text } = withSteps();
  for (let n = 0; n < 250; n += 1) add('acme', `wx${n}`, 'back', 1);
  await text();
  const shown = await text();
  t.is(new Set(Array.from(shown.matchAll(/appid="(\w+)"/g), ([, id]) => id)).size, 201);
  t.regex(shown, /^wechat_login_steps_total\{step="back",appid="other"\} 50$/m);
});
