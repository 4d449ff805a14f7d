import { Redis, type RedisOptions } from 'ioredis';

/** A command whose answer has not begun to come by then is on a connection that is dead, whatever its socket says. */
export const silentAfterMs = 5_000;
/** BullMQ waits for jobs on copies, up to 10 s at a time, and Redis says nothing meanwhile. */
export const copySilentAfterMs = 15_000;

/** A client of one server whose copies may wait for long. */
export class SingleClient extends Redis {
  override duplicate(options?: Partial<RedisOptions>) {
    return super.duplicate({ socketTimeout: copySilentAfterMs, ...options });
  }
}

/** ioredis's error for a connection that it ended since an answer was overdue; it gives it no name of its own. */
export const isSilence = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Socket timeout.');
