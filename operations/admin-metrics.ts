import type { Context, Middleware } from 'koa';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Health } from './health.ts';
import { operatorRoles } from './operator-roles.ts';

const methods = ['GET', 'POST', 'PUT', 'DELETE'];
const classes = ['2xx', '3xx', '4xx', '5xx'];

/** What every process counts at its admin listener, whose `roleOf` a request is, and whether its stores answer. */
export function createAdminMetrics(
  registry: Registry,
  { checkHealth, roleOf }: { checkHealth: Health; roleOf: (ctx: Context) => string | undefined },
) {
  const registers = [registry];
  const requests = new Counter({
    name: 'wechat_admin_requests_total',
    help: 'Requests at the admin listener by method, class of status and role (none: nobody signed in).',
    labelNames: ['method', 'status', 'role'],
    registers,
  });
  for (const role of ['none', ...operatorRoles]) {
    for (const status of classes) requests.inc({ method: 'GET', status, role }, 0);
  }
  const up = new Gauge({
    name: 'wechat_store_up',
    help: '1 when the store does what a login needs, as /readyz says.',
    labelNames: ['store'],
    registers,
  });

  return {
    count: (async (ctx, next) => {
      // A failure further in is answered outside of this.
      let status = 500;
      try {
        await next();
        status = ctx.status;
      } finally {
        requests.inc({
          method: methods.includes(ctx.method) ? ctx.method : 'other',
          status: `${Math.floor(status / 100)}xx`,
          role: roleOf(ctx) ?? 'none',
        });
      }
    }) satisfies Middleware as Middleware,

    /** Asked for when somebody scrapes; takes a second at most. */
    async askStores(): Promise<void> {
      const { stores } = await checkHealth();
      for (const [store, state] of Object.entries(stores)) up.set({ store }, state === 'up' ? 1 : 0);
    },
  };
}
