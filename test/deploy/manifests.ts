import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { type Rendering, renderedFile } from '#deploy/chart/rendering.ts';

// What the tests look at; whether a manifest is one is for the models to say.

export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: each kind has its own.
  readonly spec: any;
};

type Probe = {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
};
export type Container = {
  readonly image: string;
  readonly command: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts: readonly { readonly readOnly?: boolean }[];
  readonly securityContext: object;
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
};
type Volume = {
  readonly projected?: {
    readonly sources: readonly {
      readonly secret: { readonly items: readonly { readonly path: string }[] };
    }[];
  };
};
export type Pod = {
  readonly spec: {
    readonly containers: readonly [Container];
    readonly volumes: readonly Volume[];
    readonly securityContext: object;
    readonly automountServiceAccountToken: boolean;
    readonly enableServiceLinks: boolean;
    readonly terminationGracePeriodSeconds?: number;
    readonly topologySpreadConstraints?: readonly unknown[];
  };
};

/** What the chart renders to, as it is committed. */
export async function manifestsOf(name: Rendering): Promise<Manifest[]> {
  const documents = parseAllDocuments(await readFile(renderedFile(name), 'utf8'));
  const faults = documents.flatMap(({ errors }) => errors);
  if (faults[0] !== undefined) throw faults[0];
  return documents.map((document) => document.toJS()).filter((manifest) => manifest !== null);
}

export const findOf = (all: readonly Manifest[], kind: string): Manifest[] =>
  all.filter((manifest) => manifest.kind === kind);

/** The pods that those of a kind make, else all. */
export const podsOf = (all: readonly Manifest[], kind?: string): Pod[] =>
  all
    .filter((manifest) => (kind === undefined ? 'template' in (manifest.spec ?? {}) : manifest.kind === kind))
    .map(({ spec }) => spec.template);
