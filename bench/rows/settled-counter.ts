import { Redis } from 'ioredis';
import pWaitFor from 'p-wait-for';
import { type SettledLogin, settledChannel } from '#models/login/settled-channel.ts';

/** Hears what workers announce, as an ingress does. */
export async function createSettledCounter(
  redisUrl: string,
  prefix: string,
  onSettled: (login: SettledLogin) => void = () => {},
) {
  const redis = new Redis(redisUrl);
  let count = 0;
  redis.on('message', (_channel: string, message: string) => {
    for (const login of JSON.parse(message) as SettledLogin[]) {
      count += 1;
      onSettled(login);
    }
  });
  await redis.subscribe(settledChannel(prefix));

  return {
    get count() {
      return count;
    },
    async reached(wanted: number): Promise<void> {
      const timeout = { milliseconds: 120_000, message: `only ${count} of ${wanted} logins were settled` };
      await pWaitFor(() => count >= wanted, { interval: 5, timeout });
    },
    async [Symbol.asyncDispose](): Promise<void> {
      redis.disconnect();
    },
  };
}
