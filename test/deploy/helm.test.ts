import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import test from 'ava';
import { parse } from 'yaml';
import { environment, loadConfig } from '#config';
import { made } from '#deploy/alerts/write.ts';
import {
  digestOfChart,
  headOf,
  renderedFile,
  renderings,
  standIns,
  valuesFile,
} from '#deploy/chart/rendering.ts';
import { exitWithinMs } from '#operations/run-process.ts';
import packageJson from '#package.json' with { type: 'json' };
import { readDocument, root } from '#test/support/documents.ts';
import { declaredIn, metricsIn } from '#test/support/metric-names.ts';
import { type Container, findOf, type Manifest, manifestsOf, podsOf } from './manifests.ts';

const schema = JSON.parse(await readDocument('deploy/helm/values.schema.json'));
const isValid = new Ajv2020({ strict: false }).compile(schema);
const values = parse(await readDocument('deploy/helm/values.yaml'));
const manifests = {
  least: await manifestsOf('least'),
  everything: await manifestsOf('everything'),
};
const closed = await manifestsOf('closed');
const variables = Object.keys(environment.shape);
/** Those that come from Secrets. */
const secret = ['SECRET_KEYS', 'ADMIN_TOKEN', 'REDIS_URL', 'MONGO_URL', 'ALERT_WEBHOOK_URL'];
const envOf = (container: Container) =>
  Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value]));

test('the renderings are of this chart: npm run helm makes them anew', async (t) => {
  const head = headOf(await digestOfChart());
  for (const name of renderings) {
    t.is((await readFile(renderedFile(name), 'utf8')).split('\n', 1)[0], head.trimEnd(), name);
  }
});

test('the chart is of this release', async (t) => {
  const chart = parse(await readDocument('deploy/helm/Chart.yaml'));
  t.is(chart.version, packageJson.version);
  t.is(chart.appVersion, packageJson.version);
  for (const pod of podsOf(manifests.least))
    t.is(pod.spec.containers[0].image, `wechat-login-service:${packageJson.version}`);
});

test('Prometheus and Grafana are given the files that npm run alerts wrote into the chart, with the address of the runbook', (t) => {
  const [rule] = findOf(manifests.everything, 'PrometheusRule');
  const address = 'https://docs.example.com/runbook.md';
  t.deepEqual(rule?.spec, parse(standIns['files/rules.yml']?.replace('docs/runbook.md', address) ?? ''));
  const [dashboard] = findOf(manifests.everything, 'ConfigMap') as (Manifest & { data: object })[];
  t.deepEqual(dashboard?.data, { 'wechat-login.json': standIns['files/dashboard.json']?.trimEnd() });
  t.deepEqual(
    Object.keys(standIns)
      .map((file) => `deploy/helm/${file}`)
      .filter((file) => !(file in made)),
    [],
  );
});

test('every variable of the product can be set, and no other', (t) => {
  t.deepEqual(
    Object.keys({
      ...schema.properties.config.properties,
      ...schema.properties.secrets.properties,
    }).toSorted(),
    variables.toSorted(),
  );
  // The file that people read names all of them.
  t.deepEqual(Object.keys({ ...values.config, ...values.secrets }).toSorted(), variables.toSorted());
  for (const pod of podsOf(manifests.everything)) {
    const env = envOf(pod.spec.containers[0]);
    for (const name of variables)
      t.true(env[secret.includes(name) ? `${name}_FILE` : name] !== undefined, name);
  }
});

test('a process starts with what a pod is given, once its secrets are there', async (t) => {
  const files = {
    SECRET_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
    ADMIN_TOKEN: 'x'.repeat(24),
    REDIS_URL: 'redis://redis:6379',
    MONGO_URL: 'mongodb://mongo/login?replicaSet=rs0',
    ALERT_WEBHOOK_URL: 'https://alerts.example.com/',
  };
  for (const [name, all] of Object.entries(manifests)) {
    for (const pod of podsOf(all)) {
      const env = envOf(pod.spec.containers[0]);
      const mounted = pod.spec.volumes
        .flatMap(({ projected }) => projected?.sources ?? [])
        .flatMap(({ secret: { items } }) => items.map((item) => item.path));
      for (const [variable, value] of Object.entries(files)) {
        const file = env[`${variable}_FILE`];
        delete env[`${variable}_FILE`];
        if (file === undefined) continue;
        t.is(path.dirname(file), '/run/secrets/wechat-login');
        t.true(mounted.includes(path.basename(file)), variable);
        env[variable] = value;
      }
      const config = loadConfig(env);
      t.is(config.PUBLIC_URL, 'https://login.example.com');
      // As it was written: Helm has floats, and a million is 1e+06 to it.
      if (name === 'everything') t.is(env['ACCOUNT_CALLS_PER_MINUTE'], '2000000');
    }
  }
});

test('no value of a secret is in the chart', (t) => {
  t.is(findOf(manifests.everything, 'Secret').length, 0);
  for (const pod of [...podsOf(manifests.least), ...podsOf(manifests.everything)]) {
    const env = envOf(pod.spec.containers[0]);
    t.deepEqual(
      secret.filter((name) => name in env),
      [],
    );
  }
});

test('values that are not known, and those that are missing, are refused', async (t) => {
  for (const name of renderings) {
    const given = merged(values, parse(await readFile(valuesFile(name), 'utf8')));
    t.true(isValid(given), JSON.stringify(isValid.errors));
  }
  t.false(isValid(values), 'PUBLIC_URL is missing');
  const good = merged(values, { config: { PUBLIC_URL: 'https://login.example.com' } });
  t.true(isValid(good));
  for (const bad of [
    { replica: 3 },
    { workers: { replica: 3 } },
    { config: { LOG_LEVL: 'debug' } },
    { secrets: { MONGO_URL: 'mongodb://…' } },
    { networkPolicy: { prometheus: {} } },
    { pod: { preStopSeconds: 0 } },
  ])
    t.false(isValid(merged(good, bad)), JSON.stringify(bad));
});

test('pods run what there is, as nobody in particular, and may write nowhere', (t) => {
  const pods = [...podsOf(manifests.least), ...podsOf(manifests.everything)];
  t.is(pods.length, 5);
  for (const { spec } of pods) {
    t.is(spec.automountServiceAccountToken, false);
    t.is(spec.enableServiceLinks, false);
    t.deepEqual(spec.securityContext, {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    const [container] = spec.containers;
    t.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const files = container.command.filter((word) => word.endsWith('.ts'));
    t.is(files.length, 2);
    for (const file of files) t.true(existsSync(path.join(root, file)), file);
    t.true(container.volumeMounts.every(({ readOnly }) => readOnly));
  }
});

test('a pod is given time to end, and asked at the ports where it listens', (t) => {
  for (const [name, all] of Object.entries(manifests)) {
    const preStop = name === 'least' ? 5 : 10;
    const deployments = podsOf(all, 'Deployment');
    t.is(deployments.length, 2);
    for (const { spec } of deployments) {
      const [container] = spec.containers;
      t.is(container.lifecycle?.preStop.sleep.seconds, preStop);
      t.true((spec.terminationGracePeriodSeconds ?? 0) * 1_000 > preStop * 1_000 + exitWithinMs);
      const config = loadConfig({ ...envOf(container), ...withoutFiles });
      const isIngress = container.command.at(-1) === 'ingress/main.ts';
      t.deepEqual(
        Object.fromEntries(container.ports.map((port) => [port.name, port.containerPort])),
        isIngress ? { public: config.PORT, admin: config.ADMIN_PORT } : { admin: config.WORKER_ADMIN_PORT },
      );
      const asked = [container.startupProbe, container.livenessProbe, container.readinessProbe];
      t.deepEqual(
        asked.map((probe) => `${probe?.httpGet.port}${probe?.httpGet.path}`),
        ['admin/healthz', 'admin/healthz', 'admin/readyz'],
      );
      // A probe of the stores takes a second.
      t.true(asked.every((probe) => (probe?.timeoutSeconds ?? 0) > 1));
      t.is(spec.topologySpreadConstraints?.length, 2);
    }
    const budgets = findOf(all, 'PodDisruptionBudget');
    t.deepEqual(
      budgets.map(({ spec }) => spec.maxUnavailable),
      [1, 1],
    );
  }
});

test('the admin ports are open to Prometheus and, of the ingress, to the operators’ way in; with empty lists to nobody', (t) => {
  const rulesOf = (all: Manifest[]) =>
    Object.fromEntries(
      findOf(all, 'NetworkPolicy').map(({ metadata, spec }) => [metadata.name, spec.ingress]),
    );
  const of = (namespace: string) => ({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  });
  t.deepEqual(rulesOf(manifests.least), {
    'wechat-login-ingress': [
      { ports: [{ port: 'public' }] },
      { ports: [{ port: 'admin' }], from: [of('monitoring')] },
    ],
    'wechat-login-workers': [{ ports: [{ port: 'admin' }], from: [of('monitoring')] }],
  });
  t.deepEqual(rulesOf(manifests.everything), {
    'wechat-login-ingress': [
      { ports: [{ port: 'public' }], from: [of('ingress-nginx')] },
      { ports: [{ port: 'admin' }], from: [of('monitoring'), of('internal-ingress')] },
    ],
    'wechat-login-workers': [{ ports: [{ port: 'admin' }], from: [of('monitoring')] }],
  });
  t.deepEqual(rulesOf(closed), {
    'wechat-login-ingress': [{ ports: [{ port: 'public' }] }],
    'wechat-login-workers': [],
  });
  // The label is on the pods that the policies mean.
  for (const all of Object.values(manifests)) {
    for (const { metadata, spec } of findOf(all, 'NetworkPolicy')) {
      const deployment = findOf(all, 'Deployment').find((one) => one.metadata.name === metadata.name);
      t.deepEqual(spec.podSelector, deployment?.spec.selector);
    }
  }
});

test('a Service leads to the ingress alone, and each way in to the Service of its own', (t) => {
  const { everything } = manifests;
  for (const { spec } of findOf(everything, 'Service'))
    t.is(spec.selector['app.kubernetes.io/component'], 'ingress');
  const routes = findOf(everything, 'Ingress').map(({ spec }) => [
    spec.ingressClassName,
    spec.rules[0].host,
    spec.rules[0].http.paths[0].backend.service.name,
  ]);
  t.deepEqual(routes, [
    ['internal', 'ops.internal.example.com', 'wechat-login-admin'],
    ['nginx', 'login.example.com', 'wechat-login-public'],
  ]);
  t.deepEqual(findOf(manifests.least, 'Ingress'), []);
});

test('what is scaled by itself has no number of its own, and asks for metrics that there are', async (t) => {
  const { everything } = manifests;
  for (const { spec } of findOf(everything, 'Deployment')) t.is(spec.replicas, undefined);
  for (const { spec } of findOf(manifests.least, 'Deployment')) t.is(spec.replicas, 2);
  const [scaled] = findOf(everything, 'ScaledObject');
  const declared = await declaredIn('{ingress,workers,models,operations}/**/*.ts');
  const asked = metricsIn(JSON.stringify(scaled));
  t.deepEqual(asked, ['wechat_callbacks_total', 'wechat_queue_oldest_waiting_seconds']);
  t.deepEqual(
    asked.filter((name) => !declared.includes(name)),
    [],
  );
  const names = new Set(findOf(everything, 'Deployment').map(({ metadata }) => metadata.name));
  for (const kind of ['ScaledObject', 'HorizontalPodAutoscaler'])
    for (const { spec } of findOf(everything, kind)) t.true(names.has(spec.scaleTargetRef.name), kind);
});

test('the check before an upgrade needs nothing that the upgrade makes', (t) => {
  const [job] = findOf(manifests.everything, 'Job');
  t.is(job?.metadata.annotations?.['helm.sh/hook'], 'pre-install,pre-upgrade');
  t.false(JSON.stringify(job).includes('configMapRef'));
  t.deepEqual(findOf(manifests.least, 'Job'), []);
});

/** What loadConfig needs of the secrets, where a test is about something else. */
const withoutFiles = {
  ...Object.fromEntries(secret.map((name) => [`${name}_FILE`, ''])),
  SECRET_KEYS: `k1:${createHash('sha256').digest('base64')}`,
  ADMIN_TOKEN: 'x'.repeat(24),
  REDIS_URL: 'redis://redis:6379',
  MONGO_URL: 'mongodb://mongo/login?replicaSet=rs0',
};

/** As Helm lays values over each other. */
function merged(below: unknown, above: unknown): unknown {
  const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(below) || !isMap(above)) return above;
  const both = Object.entries(above).map(([name, value]) => [name, merged(below[name], value)]);
  return { ...below, ...Object.fromEntries(both) };
}

test('a store that is away for two minutes leaves every ingress in its Service, for people to see why they wait', (t) => {
  for (const pod of podsOf(manifests.least, 'Deployment')) {
    const { periodSeconds = 10, failureThreshold = 3 } = pod.spec.containers[0].readinessProbe ?? {};
    const isIngress = pod.spec.containers[0].command.at(-1) === 'ingress/main.ts';
    t.is(periodSeconds * failureThreshold > 120, isIngress);
  }
});
