import type { Logger } from 'pino';
import type { RedisClient } from '#connections/redis-client.ts';
import { openSubscription } from '#connections/subscription.ts';
import { createFreshLogins } from '#ingress/waking/fresh-logins.ts';
import { createLoginPaces } from '#ingress/waking/login-pace.ts';
import { createSettledLogins } from '#ingress/waking/settled-logins.ts';
import { settledChannel } from '#models/login/settled-channel.ts';

export type Waking = Awaited<ReturnType<typeof openWaking>>;

/** What wakes a page that waits: this process's one subscription of the logins that settle. */
export async function openWaking(
  stack: AsyncDisposableStack,
  options: {
    redis: RedisClient;
    prefix: string;
    onSettled: (loginId: string) => void;
    onStuck: (why: string) => void;
    log: Logger;
  },
) {
  const { redis, prefix, onSettled, onStuck, log } = options;
  const paces = createLoginPaces();
  const settledLogins = stack.adopt(
    createSettledLogins({
      onSettled(loginId) {
        paces.ended(loginId);
        onSettled(loginId);
      },
    }),
    (waiting) => waiting.close(),
  );
  stack.adopt(
    await openSubscription({
      redis,
      channel: settledChannel(prefix),
      onMessage: settledLogins.hear,
      onGap: settledLogins.wakeAll,
      onSilence: () => log.warn('the subscription of settled logins fell silent; connecting anew'),
      onStuck: () => onStuck('no message of Redis comes back, though it takes them'),
    }),
    (subscription) => subscription.close(),
  );
  const freshLogins = stack.adopt(createFreshLogins(settledLogins), (fresh) => fresh.close());
  return { settledLogins, freshLogins, paces };
}
