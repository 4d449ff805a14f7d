import { Gauge, type Registry } from 'prom-client';
import packageJson from '#package.json' with { type: 'json' };

/** What runs here: a change of it marks an upgrade on a dashboard. */
export function createProcessMetrics(registry: Registry, role: 'ingress' | 'workers'): void {
  new Gauge({
    name: 'wechat_build_info',
    help: 'Always 1; its labels tell what runs.',
    labelNames: ['version', 'node', 'role'],
    registers: [registry],
  }).set({ version: packageJson.version, node: process.versions.node, role }, 1);
}
