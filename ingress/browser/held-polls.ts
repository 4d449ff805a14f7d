import { Problem } from '#ingress/http/problem.ts';

/** A page asks once at a time; a second tab and a poll that was given up on the way are held beside it. */
const usualPerLogin = 4;
/** Each costs some 5 KB. */
const usualInAll = 20_000;
/** Anybody can begin logins; a page waits only once it has brought a code: strangers must not take the places of people. */
const usualWithoutCode = 1_000;

export type HeldPolls = ReturnType<typeof createHeldPolls>;
type AnswerNow = () => void;

/**
 * How many status requests are held at the same time: a few of one login, of which the oldest is answered when another comes,
 * and so many in all. Without it one login's own browser could have held any number.
 */
export function createHeldPolls({
  perLogin = usualPerLogin,
  inAll = usualInAll,
  withoutCode = usualWithoutCode,
} = {}) {
  const held = new Map<string, Set<AnswerNow>>();
  let count = 0;
  let codeless = 0;

  return {
    /**
     * Counts a poll in; call what it gives once the poll is answered. `answerNow` is called when it has to make room for
     * another of its login. Throws a Problem when too many of all logins, or of those without a code, are held.
     */
    hold(loginId: string, answerNow: AnswerNow, { hasCode = true } = {}): () => void {
      const own = held.get(loginId) ?? new Set();
      const [oldest] = own;
      if (oldest !== undefined && own.size >= perLogin) {
        release(loginId, oldest);
        oldest();
      }
      if (count >= inAll || (!hasCode && codeless >= withoutCode)) throw tooMany();
      held.set(loginId, own.add(answerNow));
      count += 1;
      if (hasCode) return () => release(loginId, answerNow);
      codeless += 1;
      let isOver = false;
      return () => {
        if (!isOver) codeless -= 1;
        isOver = true;
        release(loginId, answerNow);
      };
    },
    get count(): number {
      return count;
    },
  };

  function release(loginId: string, answerNow: AnswerNow): void {
    const own = held.get(loginId);
    if (!own?.delete(answerNow)) return;
    count -= 1;
    if (own.size === 0) held.delete(loginId);
  }
}

function tooMany(): Problem {
  return new Problem(503, 'temporarily_unavailable', 'Too many pages wait at the moment. Try again.', {
    headers: { 'Retry-After': '5' },
  });
}
