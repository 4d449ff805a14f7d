import { spell } from '#chaos/faults/wechat.ts';
import type { Scenario } from '#chaos/scenario.ts';

const steady = { logins: 1_500, overMs: 30_000, keepsRate: true };
const spellMs = 6_000;

const sometimes = (
  name: string,
  title: string,
  fault: { kind: string } & Record<string, unknown>,
): Scenario => ({
  name: `wechat-${name}`,
  title,
  ...steady,
  inject: spell({ probability: 0.15, ...fault }, 15_000),
  // Three lost rounds in a row: 0.34 % of the people, and only the third asks for a tap.
  bounds: { taps: 15 },
});

/** WeChat slow, silent, rude or full. */
export const weChatScenarios: readonly Scenario[] = [
  {
    name: 'wechat-slow',
    title: 'every answer of WeChat 3 s late for 15 s',
    ...steady,
    inject: spell({ kind: 'latency', ms: 3_000 }, 15_000),
  },
  {
    name: 'wechat-5s',
    title: 'every answer of WeChat 5 s late for 10 s',
    ...steady,
    inject: spell({ kind: 'latency', ms: 5_000 }, 10_000),
    bounds: { reauthorized: 0 },
  },
  {
    name: 'wechat-too-slow',
    title: 'every answer of WeChat 8 s late for 10 s (longer than a call may take)',
    ...steady,
    inject: spell({ kind: 'latency', ms: 8_000 }, 10_000),
  },
  sometimes('hang', '15 % of the exchanges never answered', { kind: 'hang' }),
  sometimes('hang-burnt', '15 % never answered, the code spent', { kind: 'hang', burns: true }),
  sometimes('reset', '15 % reset before the code was spent', { kind: 'reset' }),
  sometimes('reset-burnt', '15 % reset after the code was spent', { kind: 'reset', burns: true }),
  sometimes('5xx', '15 % HTTP 502 with HTML', { kind: 'html' }),
  sometimes('garbage', '15 % half a JSON, the code spent', { kind: 'malformed' }),
  sometimes('drip', '15 % one byte a second, the code spent', { kind: 'drip' }),
  {
    name: 'wechat-busy',
    title: 'errcode -1 to everybody for 6 s',
    ...steady,
    inject: spell({ kind: 'error', errcode: -1 }, spellMs),
  },
  {
    name: 'wechat-quota',
    title: 'errcode 45011 to everybody for 6 s',
    ...steady,
    inject: spell({ kind: 'error', errcode: 45011 }, spellMs),
  },
  {
    name: 'dying-codes',
    title: 'codes live 12 s, and WeChat does not answer for 15 s',
    ...steady,
    service: { env: { CODE_LIFETIME_MS: '12000' } },
    behaviour: { codeLifetimeMs: 12_000 },
    inject: spell({ kind: 'hang' }, 15_000),
    bounds: { taps: Number.POSITIVE_INFINITY },
  },
];
