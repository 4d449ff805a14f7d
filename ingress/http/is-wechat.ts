import type { Context } from 'koa';

/** WeChat's own pages turn every other browser away without a word of what to do. */
export function isWeChat(ctx: Pick<Context, 'get'>): boolean {
  return /MicroMessenger/i.test(ctx.get('user-agent'));
}
