import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';
import { alertName } from '#deploy/alerts/alert.ts';
import { alerts } from '#deploy/alerts/rules-file.ts';
import { made } from '#deploy/alerts/write.ts';
import { canUnpack } from '#dev-stores/apt.ts';
import { findPrometheus } from '#dev-stores/find-prometheus.ts';
import { conditionNames } from '#ingress/operate/conditions.ts';
import { leaveOut } from '#test/outside/can-run.ts';
import { headingsOf, root } from '#test/support/documents.ts';
import { type AlertCase, alertCases, longMinutes } from './alert-cases.ts';

const rules = path.join(root, 'operations/prometheus/rules.yml');

const runbooks = ['docs/runbook.md', 'docs/runbook.zh-CN.md'];

/** Before the first test: AVA wants them declared at once. */
const promtool = await findPrometheus('promtool').then(
  (bin) => ({ bin }),
  async (error: Error) => {
    if (await canUnpack()) throw error;
    return { missing: error.message };
  },
);

for (const [file, make] of Object.entries(made)) {
  test(`${file} is what npm run alerts makes`, async (t) => {
    t.is(await readFile(path.join(root, file), 'utf8'), make());
  });
}

for (const file of runbooks) {
  test(`${file} has a heading for each alert and condition, and no other`, async (t) => {
    const headings = headingsOf(await readFile(path.join(root, file), 'utf8'));
    const anchors = headings.filter(({ level }) => level === 3).map(({ anchor }) => anchor);
    t.deepEqual(
      anchors.toSorted(),
      [...new Set([...alerts.map(({ name }) => name), ...conditionNames])].toSorted(),
    );
  });
}

test('each alert has a case in which it fires, and one in which it stays silent', (t) => {
  for (const { name, severity } of alerts) {
    const own = alertCases.filter(
      ({ alert, severity: wanted = severity }) => alert === name && wanted === severity,
    );
    t.true(
      own.some(({ fires }) => fires.length > 0),
      `${name} ${severity} fires`,
    );
    t.true(
      alertCases.some(({ alert, fires }) => alert === name && fires.length === 0),
      `${name} stays silent`,
    );
  }
  const names = new Set(alerts.map(({ name }) => name));
  t.deepEqual(
    alertCases.filter(({ alert }) => !names.has(alert)),
    [],
  );
});

if (!('bin' in promtool)) leaveOut('promtool', promtool.missing);
else {
  const { bin } = promtool;
  test('promtool finds nothing wrong with the rules', async (t) => {
    const { stdout } = await execa(bin, ['check', 'rules', '--lint=all', '--lint-fatal', rules]);
    t.regex(stdout, /SUCCESS: \d+ rules found/);
  });

  test('each alert fires in its cases, and for nobody else', async (t) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'promtool-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    // All rules are evaluated all the way: each minute of a week takes minutes.
    const [short, long] = [false, true].map((isLong) =>
      alertCases.filter(({ at }) => at >= longMinutes === isLong).map(testOf),
    );
    // Any order otherwise: at half an hour each an alert finds what is recorded only when that came first.
    const groups = parse(await readFile(rules, 'utf8')).groups.map(({ name }: { name: string }) => name);
    const files = { 'short.yml': ['1m', short], 'long.yml': ['30m', long] } as const;
    for (const [name, [every, tests]] of Object.entries(files)) {
      const cases = { rule_files: [rules], evaluation_interval: every, group_eval_order: groups, tests };
      await writeFile(path.join(folder, name), stringify(cases));
    }
    const names = Object.keys(files).map((name) => path.join(folder, name));
    const { exitCode, all } = await execa(bin, ['test', 'rules', ...names], { all: true, reject: false });
    t.is(exitCode, 0, all);
  });
}

function testOf({ alert, series, at, fires, severity: wanted }: AlertCase) {
  const rule = alerts.find(({ name, severity }) => name === alert && severity === (wanted ?? severity));
  if (rule === undefined) throw new Error(`no alert ${alert}`);
  const filled = (text: string, labels: Readonly<Record<string, string>>) =>
    text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? '');
  return {
    name: `${alert} ${fires.length > 0 ? 'fires' : 'stays silent'}`,
    interval: at >= longMinutes ? '10m' : '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: [
      {
        eval_time: `${at}m`,
        alertname: `WechatLogin${alertName(alert)}`,
        exp_alerts: fires.map((labels) => ({
          exp_labels: { ...labels, severity: rule.severity },
          exp_annotations: {
            summary: filled(rule.what.en, labels),
            description: filled(rule.do.en, labels),
            summary_zh: filled(rule.what.zh_CN, labels),
            description_zh: filled(rule.do.zh_CN, labels),
            runbook_url: `docs/runbook.md#${alert}`,
          },
        })),
      },
    ],
  };
}
