import test from 'ava';
import type { NewLogin } from '#models/login/record.ts';
import { type World, withExchange } from './with-exchange.ts';

type Story = World & {
  login?: Partial<NewLogin>;
  codes?: string[];
  /** What the world was asked, in order. */
  asked: string[];
  ends: string;
};
/** A login in a world that answers as told ends as told, having asked the world just that. */
export const meets = test.macro({
  async exec(t, _what: string, { login, codes, asked, ends, ...world }: Story) {
    const exchange = withExchange(t, world);
    const job = await exchange.recorded(login, codes);
    const result = await exchange.exchangeCode(job, 'job');
    t.is(result.verb, 'settled');
    t.deepEqual(exchange.asked, asked);
    const record = await exchange.records.read(job.login);
    t.is([record?.status, record?.reason].filter(Boolean).join(' '), ends);
  },
  title: (_, what: string) => what,
});
