import { Gauge, type Registry } from 'prom-client';
import { type AccountState, accountStates } from '#models/account/state.ts';
import { type PauseLevel, pauseStates } from '#models/documents/service-account.ts';
import { createBoundedLabel } from '#operations/bounded-label.ts';

const mostAccounts = 200;

/** How an account stands with WeChat, or with its operator, who outweighs it. */
export type Told = AccountState | (typeof pauseStates)[PauseLevel];
const toldStates: readonly Told[] = [...accountStates, ...Object.values(pauseStates)];

/**
 * How each account stands with WeChat, as all workers together know it: every worker tells the same, so take the highest.
 * Asked for when somebody scrapes; what is not known any more is not told any more.
 */
export function createAccountMetrics(deps: {
  registry: Registry;
  /** Accounts by appid that are at work, or not open. */
  states: () => ReadonlyMap<string, Told>;
  /** Calls a second that each of them may make at the moment. */
  paces: () => ReadonlyMap<string, number>;
}): void {
  const { registry, states, paces } = deps;
  const label = createBoundedLabel(mostAccounts);

  new Gauge({
    name: 'wechat_account_state',
    help: `1 for the state that an account is in. Accounts beyond the first ${mostAccounts} are counted as other.`,
    labelNames: ['appid', 'state'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [appid, state] of states()) {
        for (const one of toldStates) this.inc({ appid: label(appid), state: one }, one === state ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: 'wechat_account_pace',
    help: 'Code exchanges a minute that an account may make: as configured, or less where WeChat refused more.',
    labelNames: ['appid'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [appid, perSecond] of paces()) {
        const name = label(appid);
        if (name !== 'other') this.set({ appid: name }, perSecond * 60);
      }
    },
  });
  new Gauge({
    name: 'wechat_misconfigured_accounts',
    help: 'Service accounts that WeChat refuses for a fault only the operator can mend.',
    registers: [registry],
    collect() {
      this.set([...states().values()].filter((state) => state === 'misconfigured').length);
    },
  });
}
