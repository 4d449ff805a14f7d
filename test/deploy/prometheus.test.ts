import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { panels } from '#deploy/grafana/panels.ts';
import { canUnpack } from '#dev-stores/apt.ts';
import { findPrometheus } from '#dev-stores/find-prometheus.ts';
import { leaveOut } from '#test/outside/can-run.ts';
import { root } from '#test/support/documents.ts';
import { startService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { withPrometheus } from '#test/support/with-prometheus.ts';
import { filledIn, selectorsOf } from './promql.ts';

const read = (file: string) => readFile(path.join(root, 'operations', file), 'utf8');
const rules = parse(await read('prometheus/rules.yml')) as { groups: { rules: { expr: string }[] }[] };
const ruleExprs = rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr));
const panelExprs = panels.flatMap(({ queries }) => queries.map(([expr]) => expr));
type Made = {
  panels: { id: number; title: string; gridPos: { x: number; y: number; w: number; h: number } }[];
};
const dashboard = JSON.parse(await read('grafana/dashboard.json')) as Made;

/** An alert, and a rate, may be over by now on a busy machine. */
const lately = (expr: string) => `last_over_time((${expr})[30m:2s])`;

/** Before the first test: AVA wants them declared at once. */
const prometheus = await findPrometheus('prometheus').then(
  (bin) => ({ bin }),
  async (error: Error) => {
    if (await canUnpack()) throw error;
    return { missing: error.message };
  },
);

test('every expression of rules and dashboard is PromQL', (t) => {
  for (const expr of [...ruleExprs, ...panelExprs]) t.true(selectorsOf(filledIn(expr)).length > 0, expr);
  t.throws(() => selectorsOf('sum(rate(x[5m])'));
});

test('the dashboard’s panels have ids and titles of their own, and none lies on another', (t) => {
  t.is(dashboard.panels.length, panels.length);
  for (const key of ['id', 'title'] as const) {
    t.is(new Set(dashboard.panels.map((panel) => panel[key])).size, panels.length);
  }
  for (const [n, { gridPos: a }] of dashboard.panels.entries()) {
    t.true(a.x + a.w <= 24);
    for (const { gridPos: b } of dashboard.panels.slice(n + 1)) {
      t.true(a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y);
    }
  }
});

if (!('bin' in prometheus)) leaveOut('Prometheus', prometheus.missing);
else {
  const { bin } = prometheus;
  test('Prometheus, which scrapes a running service, knows whatever rules and dashboard ask for', async (t) => {
    const service = await startService();
    t.teardown(service.stop);
    const { token } = (await service.operate('PUT', '/v1/operators/prometheus', { role: 'metrics' })).json();
    const { query } = await withPrometheus(t, {
      bin,
      token,
      ingress: service.ingresses[0]?.adminUrl ?? '',
      workers: service.workers[0]?.adminUrl ?? '',
    });
    const [good, wrong] = [await service.seedEnterprise(), await service.seedEnterprise()];
    service.simulator.control.addFault({
      kind: 'error',
      errcode: 40125,
      appid: wrong.appid,
      endpoint: 'access_token',
    });
    t.is((await service.person().login(good.entId)).status, 'ready');
    t.is((await service.person().login(wrong.entId)).reason, 'misconfigured');

    // What is counted for the first time is no increase yet.
    await until(async () => (await query('wechat_logins_total{outcome="ready"}')).length > 0, {
      timeoutMs: 60_000,
      what: 'a login in Prometheus',
    });
    const { ticket } = await service.person().login(good.entId);
    t.is((await service.callAs(good, 'POST', '/v1/tickets/redeem', { ticket })).status, 200);

    // The account that is refused is named, the other is not.
    const firing = 'ALERTS{alertname="WechatLoginWechatCallFails",alertstate="firing"}';
    const alerts = await until(
      async () => {
        const found = await query(firing);
        return found.length > 0 && found;
      },
      { timeoutMs: 60_000, what: firing },
    );
    t.deepEqual(
      alerts.map(({ appid, errcode, severity }) => ({ appid, errcode, severity })),
      [{ appid: wrong.appid, errcode: '40125', severity: 'page' }],
    );
    // Each metric, with each label that is asked of it.
    const asked = [...ruleExprs, ...panelExprs].flatMap((expr) => selectorsOf(filledIn(expr)));
    for (const { metric, labels } of asked) {
      await until(
        async () => (await query(lately(metric))).some((series) => labels.every((label) => label in series)),
        { timeoutMs: 60_000, what: `${metric}{${labels}} in Prometheus` },
      );
    }
    // Each panel shows something.
    for (const expr of panelExprs) {
      // No enterprise here asks its host who somebody is.
      if (expr.includes('step="bind"')) continue;
      await until(async () => (await query(lately(filledIn(expr)))).length > 0, {
        timeoutMs: 60_000,
        what: expr,
      });
    }
    for (const expr of ruleExprs) await t.notThrowsAsync(query(expr));
  });
}
