import type { LoginTrouble } from '#models/login/trouble.ts';
import { UnsealError } from '#models/sealing.ts';
import { WeChatError, WeChatUnreachable } from '#wechat/api/errors.ts';

/** What is told of an error in the login's log line and history entry: WeChat's errcode, or in a word why there is none. */
export function troubleOf(error: unknown): LoginTrouble {
  if (error instanceof WeChatError) return { errcode: error.errcode, endpoint: error.endpoint };
  if (error instanceof WeChatUnreachable) return { endpoint: error.endpoint, cause: error.kind };
  return error instanceof UnsealError ? { cause: 'unsealable' } : {};
}
