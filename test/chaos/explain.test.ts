import test from 'ava';
import type { Call } from '#chaos/referee/evidence.ts';
import { explainLoss } from '#chaos/referee/explain.ts';

const kill = (target: string, at: number) => ({ fault: 'kill -9', target, at, until: at + 50 });
const round = { acceptedAt: 10_000, lostAt: 40_000, calls: [], timeoutMs: 6_000, codeLifetimeMs: 300_000 };
const answered = (time: number): Call => ({
  time,
  appid: 'wx0',
  code: 'c',
  person: 'p-0',
  state: null,
  fault: null,
  errcode: 0,
  consumed: true,
  status: 200,
  answeredAt: time + 100,
});

test('two runs that were killed before their calls explain a code that was never sent', (t) => {
  const incidents = [kill('workers-1', 12_000), kill('workers-2', 20_000)];
  t.is(explainLoss({ ...round, incidents }), 'interrupted');
});

test('one kill does not, nor do those of another time or of another role', (t) => {
  for (const second of [kill('workers-2', 9_000), kill('workers-2', 41_000), kill('ingress-1', 20_000)])
    t.is(explainLoss({ ...round, incidents: [kill('workers-1', 12_000), second] }), undefined);
});

test('kills long after a clear answer explain nothing', (t) => {
  const incidents = [kill('workers-1', 20_000), kill('workers-2', 30_000)];
  t.is(explainLoss({ ...round, calls: [answered(11_000)], incidents }), undefined);
  t.is(explainLoss({ ...round, calls: [answered(19_000)], incidents }), 'interrupted');
});
