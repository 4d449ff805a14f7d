import type { Scenario } from '#chaos/scenario.ts';
import { accountScenarios } from './account.ts';
import { broadcastScenarios } from './broadcast.ts';
import { mustReach } from './must-reach.ts';
import { processScenarios } from './processes.ts';
import { storeScenarios } from './stores.ts';
import { weChatScenarios } from './wechat.ts';

/** Every row of the table, in its order. */
export const allScenarios: readonly Scenario[] = [
  ...mustReach,
  ...accountScenarios,
  ...broadcastScenarios,
  ...processScenarios,
  ...storeScenarios,
  ...weChatScenarios,
];
