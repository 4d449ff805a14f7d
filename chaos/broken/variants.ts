import { spell } from '#chaos/faults/wechat.ts';
import type { Fault, Scenario } from '#chaos/scenario.ts';

/** The least that shows a broken rule: one process of each kind, and nobody who waits long for what may never come. */
const smallest = {
  name: 'broken',
  title: 'a broken variant',
  logins: 20,
  overMs: 1_000,
  service: { ingresses: 1, workers: 1 },
  patienceMs: 8_000,
} satisfies Scenario;
const busyWeChat = spell({ kind: 'error', errcode: -1, probability: 0.7 }, 8_000, { from: 0 });

const standStill: Fault = async ({ world, pause }) => {
  for (const worker of world.workers) worker.freeze();
  await pause(3_000);
  for (const worker of world.workers) worker.thaw();
};

/** A rule of the contract taken out of the product by the change of one line, and what the referee must say to it. */
export type Variant = {
  readonly name: string;
  /** From the project's folder. */
  readonly file: string;
  readonly line: string;
  readonly becomes: string;
  readonly scenario: Scenario;
  readonly red: RegExp;
};

export const variants: readonly Variant[] = [
  {
    name: 'the claim lets every run of every job call WeChat',
    file: 'models/login/scripts/claim.lua',
    line: 'local isAgain = claim == claimId',
    becomes: `if code then
  redis.call('HSET', key, 'claim', claimId, 'stage', 'exchanging')
  return answer('exchange', 0, code)
end
local isAgain = claim == claimId`,
    scenario: { ...smallest, roles: { 'two-codes': 1 }, inject: busyWeChat },
    red: /a code was sent \d+ times|calls that repeat a known outcome/,
  },
  {
    name: 'jobs get automatic ids',
    file: 'ingress/browser/exchange-queue.ts',
    line: '      jobId,',
    becomes: '',
    // Workers that stand still: the second callback finds no job begun, however slow this machine is.
    scenario: { ...smallest, roles: { twice: 1 }, inject: standStill },
    red: /second jobs of a code/,
  },
  {
    name: 'retries are blind',
    file: 'models/login/ledger.ts',
    line: 'export const callsPerCode = 2;',
    becomes: 'export const callsPerCode = 9;',
    scenario: { ...smallest, roles: {}, inject: busyWeChat },
    red: /a code was sent \d+ times/,
  },
  {
    name: 'a code is taken from a browser that did not begin the login',
    file: 'models/login/scripts/record-code.lua',
    line: 'if browser ~= asking then',
    becomes: 'if false then',
    scenario: { ...smallest, roles: { injected: 1 } },
    red: /mixed up/,
  },
  {
    name: 'another browser is told how a login ended',
    file: 'ingress/browser/find-own-login.ts',
    line: '    return login !== undefined && sameDigest(login.browser, browser) ? login : undefined;',
    becomes:
      '    return login !== undefined && (sameDigest(login.browser, browser) || true) ? login : undefined;',
    scenario: { ...smallest, roles: { watched: 1 } },
    red: /mixed up: \d+ \(a stranger was told/,
  },
];
