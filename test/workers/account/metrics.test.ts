import test from 'ava';
import { Registry } from 'prom-client';
import type { AccountState } from '#models/account/state.ts';
import { createAccountMetrics } from '#workers/account/metrics.ts';

function withAccounts() {
  const registry = new Registry();
  const states = new Map<string, AccountState>();
  const paces = new Map<string, number>();
  createAccountMetrics({ registry, states: () => states, paces: () => paces });
  return { states, paces, text: () => registry.metrics() };
}

test('an account shows the one state it is in, and 0 for the others', async (t) => {
  const { states, text } = withAccounts();
  states.set('wx1', 'paused');
  const shown = await text();
  for (const state of ['open', 'exhausted', 'unreachable', 'misconfigured']) {
    t.true(shown.includes(`wechat_account_state{appid="wx1",state="${state}"} 0\n`), state);
  }
  t.true(shown.includes('wechat_account_state{appid="wx1",state="paused"} 1\n'));
});

test('misconfigured accounts are told as a number, which neither sticks nor is forgotten', async (t) => {
  const { states, text } = withAccounts();
  states.set('wx1', 'misconfigured').set('wx2', 'misconfigured').set('wx3', 'paused');
  for (const _ of [1, 2]) t.regex(await text(), /^wechat_misconfigured_accounts 2$/m);
  states.set('wx1', 'open');
  t.regex(await text(), /^wechat_misconfigured_accounts 1$/m);
  states.clear();
  const shown = await text();
  t.regex(shown, /^wechat_misconfigured_accounts 0$/m);
  t.notRegex(shown, /^wechat_account_state\{/m);
});

test('an account shows how many calls a minute it may make, for as long as that is known', async (t) => {
  const { paces, text } = withAccounts();
  paces.set('wx1', 10).set('wx2', 750);
  t.regex(await text(), /^wechat_account_pace\{appid="wx1"\} 600$/m);
  paces.delete('wx1');
  const shown = await text();
  t.notRegex(shown, /^wechat_account_pace\{appid="wx1"/m);
  t.regex(shown, /^wechat_account_pace\{appid="wx2"\} 45000$/m);
});

test('200 accounts are shown by name, the rest together', async (t) => {
  const { states, text } = withAccounts();
  for (let n = 0; n < 250; n += 1) states.set(`wx${n}`, n % 2 === 0 ? 'open' : 'unreachable');
  const shown = await text();
  t.is(new Set(Array.from(shown.matchAll(/appid="(\w+)"/g), ([, id]) => id)).size, 201);
  t.regex(shown, /^wechat_account_state\{appid="other",state="open"\} 25$/m);
  t.regex(shown, /^wechat_account_state\{appid="other",state="unreachable"\} 25$/m);
});
