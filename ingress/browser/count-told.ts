import { LRUCache } from 'lru-cache';
import type { LoginViews } from '#ingress/browser/login-view.ts';
import type { Count } from '#models/counts/tally.ts';
import { idInGoal } from '#models/login/goal.ts';

const mostRemembered = 10_000;

/** Counts the logins whose own browser was told where to go on: each once, however often it asks. */
export function countTold(viewOf: LoginViews, count: Count): LoginViews {
  const told = new LRUCache<string, true>({ max: mostRemembered });
  return async (login) => {
    const view = await viewOf(login);
    const isWayOn = (view.status === 'ready' || view.status === 'bind') && view.location !== undefined;
    // A phone that lets a desktop in goes no further; the desktop's own login is counted.
    const isPhones = idInGoal(login.goal, 'scan') !== undefined;
    if (isWayOn && !isPhones && !told.has(login.id)) {
      told.set(login.id, true);
      count(login, 'told');
    }
    return view;
  };
}
