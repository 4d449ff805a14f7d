import type { RedisClient } from '#models/login-moves.ts';
import { type SettledLogin, settledChannel } from '#models/settled-channel.ts';

export type Announcer = ReturnType<typeof createAnnouncer>;

/**
 * Tells every ingress which logins have their answer: all that settle in one turn of the event loop travel in one
 * message. A lost message costs a page its wake-up, never its answer: the page reads the record when its wait is over.
 */
export function createAnnouncer(deps: {
  redis: RedisClient;
  prefix: string;
  onError: (error: unknown) => void;
}) {
  const channel = settledChannel(deps.prefix);
  let waiting: SettledLogin[] = [];

  function flush() {
    const message = JSON.stringify(waiting);
    waiting = [];
    deps.redis.publish(channel, message).catch(deps.onError);
  }

  return {
    announce(login: SettledLogin): void {
      if (waiting.push(login) === 1) setImmediate(flush);
    },
  };
}
