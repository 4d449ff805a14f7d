import type { Behaviour } from './behaviour.ts';
import type { Call } from './call-log.ts';
import type { AuthorizeRequest } from './check-authorize-url.ts';
import type { Faults } from './faults.ts';
import { createRecentMap } from './recent-map.ts';

/** `silent`: back to the program at once; `ask`: WeChat's question; `snapshot`: the page is only looked at. */
export type Decision = 'silent' | 'ask' | 'snapshot';

/** What WeChat does with somebody who comes by an authorize URL. */
export function createConsentDecider(deps: { behaviour: Behaviour; faults: Faults; now: () => number }) {
  const { behaviour, faults, now } = deps;
  const allowedAt = createRecentMap<number>(100_000);
  const keyOf = ({ account }: AuthorizeRequest, person: string) => `${account.appid} ${person}`;

  return {
    /** After 使用完整服务 (`isFullService`) no snapshot comes again, and only consent given earlier spares the question. */
    decide(
      asked: AuthorizeRequest,
      { named, person, isFullService }: { named: string; person: string; isFullService: boolean },
      call: Call,
    ): Decision {
      if (!asked.scope.includes('snsapi_userinfo')) return 'silent';
      if (!isFullService && faults.take('snapshot', { appid: asked.account.appid, person })) {
        call.fault = 'snapshot';
        return 'snapshot';
      }
      if (behaviour.consent === 'silent') return 'silent';
      const last = allowedAt.get(keyOf(asked, person));
      const isRecent = last !== undefined && now() - last < behaviour.silentForMs;
      if (isRecent && !asked.forcePopup) return 'silent';
      const isImproper = asked.forceSnapShot || behaviour.consent === 'snapshot';
      if (isImproper && !isRecent && !isFullService) return 'snapshot';
      return named ? 'silent' : 'ask';
    },
    /** This person allowed it just now. */
    remember(asked: AuthorizeRequest, person: string): void {
      allowedAt.set(keyOf(asked, person), now());
    },
  };
}
