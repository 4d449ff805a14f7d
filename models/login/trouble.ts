/** WeChat's three calls. */
export const wechatEndpoints = ['token', 'refresh', 'userinfo'] as const;

/** What went wrong where WeChat gave no errcode, or was not even asked. */
export const troubleCauses = [
  'timeout',
  'network',
  'malformed',
  'http',
  'unknown-account',
  'unknown-enterprise',
  'former-enterprise',
  'unsealable',
  'account-misconfigured',
  'day-used-up',
  'paused-by-operator',
  'code-expired',
  'code-spent',
  'given-up',
] as const;

/** Why a login ended as it did, or went without a nickname. Nothing of a person is in it. */
export type LoginTrouble = {
  readonly errcode?: number;
  readonly endpoint?: (typeof wechatEndpoints)[number];
  readonly cause?: (typeof troubleCauses)[number];
};
