import test from 'ava';
import { parse } from 'yaml';
import { renderings } from '#deploy/chart/rendering.ts';
import { readDocument } from '#test/support/documents.ts';
import { compileErrorsOf, faultsOf } from './manifest-models.ts';
import { findOf, type Manifest, manifestsOf } from './manifests.ts';

const rendered = (await Promise.all(renderings.map(manifestsOf))).flat();
/** The rules themselves in the place of what stands for them. */
const all = await Promise.all(
  rendered.map(async (manifest) =>
    manifest.kind === 'PrometheusRule'
      ? { ...manifest, spec: parse(await readDocument('deploy/helm/files/rules.yml')) }
      : manifest,
  ),
);

/** One of a kind, changed. */
function changed(kind: string, change: (spec: Manifest['spec']) => void): Manifest {
  const manifest = structuredClone(findOf(all, kind)[0]) as Manifest;
  change(manifest.spec);
  return manifest;
}

test('the renderings have each kind that the chart makes', (t) => {
  t.deepEqual([...new Set(all.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))].toSorted(), [
    'apps/v1 Deployment',
    'autoscaling/v2 HorizontalPodAutoscaler',
    'batch/v1 Job',
    'keda.sh/v1alpha1 ScaledObject',
    'monitoring.coreos.com/v1 PodMonitor',
    'monitoring.coreos.com/v1 PrometheusRule',
    'networking.k8s.io/v1 Ingress',
    'networking.k8s.io/v1 NetworkPolicy',
    'policy/v1 PodDisruptionBudget',
    'v1 ConfigMap',
    'v1 Service',
  ]);
});

test('each value is one that Kubernetes, KEDA and the Prometheus operator take', async (t) => {
  const faults = await Promise.all(all.map(faultsOf));
  t.deepEqual(
    faults.filter((fault) => fault !== undefined),
    [],
  );
});

test('a value that none takes is found', async (t) => {
  const bad = [
    changed('Deployment', (spec) => {
      spec.template.spec.containers[0].ports[0].containerPort = 'public';
    }),
    changed('ScaledObject', (spec) => {
      spec.triggers[0].metadata.threshold = 5;
    }),
    changed('PodMonitor', (spec) => {
      spec.podMetricsEndpoints[0].interval = 15;
    }),
  ];
  for (const manifest of bad)
    t.regex((await faultsOf(manifest)) ?? '', /must be (integer|string)/, manifest.kind);
});

test('each name is one that they know', async (t) => {
  t.deepEqual(await compileErrorsOf(all), []);
});

test('a name that they do not know is found', async (t) => {
  const bad = [
    changed('Deployment', (spec) => {
      spec.template.spec.containers[0].readinessProb = {};
    }),
    changed('ScaledObject', (spec) => {
      spec.maxReplicas = 3;
    }),
    changed('PodMonitor', (spec) => {
      spec.podMetricsEndpoint = [];
    }),
    changed('NetworkPolicy', (spec) => {
      spec.ingress[0].port = [];
    }),
  ];
  const errors = await compileErrorsOf(bad);
  for (const name of ['readinessProb', 'maxReplicas', 'podMetricsEndpoint', 'port'])
    t.true(
      errors.some((line) => line.includes(`'"${name}"' does not exist`)),
      name,
    );
});
