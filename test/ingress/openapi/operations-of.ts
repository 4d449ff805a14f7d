import type { Router } from '@koa/router';

/** Of a router, as `PUT /path/{name}`; without those that only say which methods there are. */
export function operationsOf(router: Router): string[] {
  return router.stack
    .filter(({ methods }) => methods.length > 0 && methods.length < 4)
    .flatMap(({ methods, path }) => {
      const method = methods.find((name) => name !== 'HEAD') ?? '';
      return `${method} ${String(path)
        .replace(/:(\w+)/g, '{$1}')
        .replace(/\/$/, '')}`;
    });
}
