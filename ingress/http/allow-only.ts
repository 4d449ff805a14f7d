import { Problem } from '#ingress/http/problem.ts';

/** For `router.all` after a path's routes: any other method is 405. (The router's own `allowedMethods` says nothing in its body.) */
export function allowOnly(...methods: string[]): () => never {
  const list = methods.join(', ');
  return () => {
    throw new Problem(405, 'method_not_allowed', `This address takes ${list} and nothing else.`, {
      headers: { Allow: list },
    });
  };
}
