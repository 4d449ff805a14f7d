import type { WeChatClient } from '#wechat/api/client.ts';
import { WeChatError, WeChatUnreachable } from '#wechat/api/errors.ts';

/** How WeChat answers one call. `lost`: the answer never arrives; `Spent` or `Spared` says what became of the code. */
export const fakeAnswers = [
  'good',
  'busySpared',
  'busySpent',
  'lostSpared',
  'lostSpent',
  'unsent',
  'dead',
  'snapshot',
] as const;
export type FakeAnswer = (typeof fakeAnswers)[number];

export type FakeCode = { readonly code: string; readonly diesAt: number; isUsed: boolean };
/** One call of the exchange as WeChat saw it. */
export type FakeCall = { readonly code: string; readonly madeAt: number; readonly answer: FakeAnswer };

const openid = 'o-of-one-person-0123456789ab';
const codeLifetimeMs = 300_000;

/** WeChat in memory, as strict as the real one: a code works once, and for five minutes. */
export function createFakeWeChat({ now }: { now: () => Promise<number> }) {
  const codes = new Map<string, FakeCode>();
  const calls: FakeCall[] = [];

  async function exchange(code: string, answer: FakeAnswer, onCall: (index: number) => void) {
    // A refused connection: WeChat sees nothing of it.
    if (answer === 'unsent') throw new WeChatUnreachable('token', 'network', false);
    const madeAt = await now();
    onCall(calls.push({ code, madeAt, answer }) - 1);
    if (answer === 'busySpared') throw new WeChatError(-1, 'token');
    if (answer === 'lostSpared') throw new WeChatUnreachable('token', 'timeout', true);
    if (answer === 'dead') throw new WeChatError(40_029, 'token');
    const known = codes.get(code);
    if (known === undefined || madeAt > known.diesAt) throw new WeChatError(40_029, 'token');
    if (known.isUsed) throw new WeChatError(40_163, 'token');
    known.isUsed = true;
    if (answer === 'busySpent') throw new WeChatError(-1, 'token');
    if (answer === 'lostSpent') throw new WeChatUnreachable('token', 'timeout', true);
    const isSnapshot = answer === 'snapshot';
    return {
      accessToken: `token-of-${code}`,
      refreshToken: '',
      openid,
      unionid: undefined,
      isSnapshot,
      isBase: false,
    };
  }

  return {
    openid,
    calls,
    codes,
    async mint(): Promise<FakeCode> {
      const code = { code: `code-${codes.size}`, diesAt: (await now()) + codeLifetimeMs, isUsed: false };
      codes.set(code.code, code);
      return code;
    },
    /** The client of one run. `answer` is asked for when WeChat has the request; what it says arrives after `delivery`. */
    clientOf(run: {
      answer: () => FakeAnswer;
      onCall: (index: number) => void;
      delivery: () => Promise<unknown>;
    }): WeChatClient {
      async function deliver<T>(work: Promise<T>): Promise<T> {
        const [settled] = await Promise.allSettled([work]);
        await run.delivery();
        if (settled.status === 'rejected') throw settled.reason;
        return settled.value;
      }
      return {
        fetchToken: ({ code }) => deliver(exchange(code, run.answer(), run.onCall)),
        fetchUserinfo: () =>
          deliver(Promise.resolve({ nickname: 'Somebody', avatarUrl: '', unionid: undefined })),
        refreshToken: () => Promise.reject(new WeChatError(42_002, 'refresh')),
      };
    },
  };
}

/** True when an answer leaves it open whether the code was used: only then may it be sent once more. */
export function isInDoubt(answer: FakeAnswer): boolean {
  return /^(busy|lost)/.test(answer);
}
