import type { SettledLogin } from '#models/login/settled-channel.ts';

export type SettledLogins = ReturnType<typeof createSettledLogins>;
export type SettledListener = ReturnType<SettledLogins['listen']>;
type Wake = (settled?: SettledLogin) => void;
type Heard = { readonly settled: SettledLogin | undefined };

/**
 * Wakes the requests that wait for a login: one Redis subscription (connections/subscription.ts) serves the whole process.
 */
export function createSettledLogins({ onSettled = (_loginId: string) => {} } = {}) {
  const waiting = new Map<string, Set<Wake>>();
  let isClosed = false;

  function wakeAll() {
    for (const wakes of waiting.values()) for (const wake of [...wakes]) wake();
  }

  return {
    /** Takes what was published on the channel of settled logins. */
    hear(message: string): void {
      for (const settled of settledIn(message)) {
        onSettled(settled.id);
        for (const wake of [...(waiting.get(settled.id) ?? [])]) wake(settled);
      }
    },

    /** Messages may have been missed: everybody reads for himself. */
    wakeAll,

    /**
     * Listens for one login from now on; `settled()` resolves with the first that was announced since, or with undefined when
     * `timeoutMs` are over, the wait was stopped, or the login should be read again. It may be asked again after a time that
     * passed in vain, by one at a time. Call `stop` in any case.
     */
    listen(id: string) {
      let heard: Heard | undefined;
      let waiter: Wake = () => {};
      let timer: NodeJS.Timeout | undefined;
      const wakes = waiting.get(id) ?? new Set<Wake>();
      const wake: Wake = (settled) => {
        heard ??= { settled };
        clearTimeout(timer);
        waiter(heard.settled);
      };
      waiting.set(id, wakes.add(wake));
      return {
        /** What is waited for was announced already, or the record should be read again. */
        get hasHeard(): boolean {
          return heard !== undefined;
        },
        settled(timeoutMs: number): Promise<SettledLogin | undefined> {
          if (heard !== undefined || isClosed) return Promise.resolve(heard?.settled);
          return new Promise((resolve) => {
            waiter = resolve;
            timer = setTimeout(resolve, timeoutMs, undefined);
          });
        },
        stop(): void {
          wake();
          wakes.delete(wake);
          // A second stop must not take a later listener's place.
          if (wakes.size === 0 && waiting.get(id) === wakes) waiting.delete(id);
        },
      };
    },

    get waitingCount(): number {
      return waiting.size;
    },

    /** Lets every waiting request answer at once. */
    close(): void {
      isClosed = true;
      wakeAll();
    },
  };
}

/** Nothing in a message that is not ours, or of another release: an error thrown here would end the process. */
function settledIn(message: string): SettledLogin[] {
  try {
    const list: unknown = JSON.parse(message);
    return Array.isArray(list) ? list.filter((settled) => typeof settled?.id === 'string') : [];
  } catch {
    return [];
  }
}
