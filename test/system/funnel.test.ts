import test from 'ava';
import pLimit from 'p-limit';
import type { Person } from '#test/support/person.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

// A thousand people, each of whom does what the script says: what is counted must be that, and nothing else.
const service = await sharedService();
const { control } = service.simulator;
type Enterprise = Awaited<ReturnType<typeof service.seedEnterprise>>;
let direct: Enterprise;
let binding: Enterprise;

test.before('two enterprises share an account', async () => {
  const { appid } = await service.seedAccount();
  direct = await service.seedEnterprise({ appid });
  binding = await service.seedEnterprise({ appid, unbound: 'bind' });
});

/** Fewer than would make a line: nobody is held. */
const atOnce = 16;

const begin = (person: Person, entId = direct.entId) => person.start(entId);
const comeIn = async (person: Person, entId = direct.entId) => {
  await person.callback(await person.authorize(await begin(person, entId)));
  return person.waitForEnd();
};
const goOnWithout = async ({ name }: Person) => {
  const person = service.person({ name, userAgent: computer });
  const page = await person.visit(`/wechatTransfer?ent_id=${direct.entId}`);
  const [, link = ''] = /href="([^"]*browser=any)"/.exec(page.text) ?? [];
  await person.visit(link.replaceAll('&amp;', '&'));
};
const redeem = async (ticket: string) =>
  (await service.callAs(direct, 'POST', '/v1/tickets/redeem', { ticket })).status;
const ticketOf = (location = '') => new URL(location).searchParams.get('ticket') ?? '';
/** WeChat says so of each call for this person. */
const says = (person: Person, errcode: number) =>
  control.addFault({ kind: 'error', errcode, person: person.name, endpoint: 'access_token' });

type Steps = Readonly<Partial<Record<string, number>>>;
/** So many people, what each does, and what is to be counted of each. */
const script: readonly (readonly [people: number, act: (person: Person) => Promise<unknown>, Steps])[] = [
  [
    400,
    async (person) => redeem(ticketOf((await comeIn(person)).location)),
    { back: 1, queued: 1, exchanged: 1, ready: 1, told: 1, redeemed: 1 },
  ],
  // Its host asks twice: the second time it is told no.
  [
    20,
    async (person) => {
      const ticket = ticketOf((await comeIn(person)).location);
      return [await redeem(ticket), await redeem(ticket)];
    },
    { back: 1, queued: 1, exchanged: 1, ready: 1, told: 1, redeemed: 1 },
  ],
  // Its host never asks.
  [120, (person) => comeIn(person), { back: 1, queued: 1, exchanged: 1, ready: 1, told: 1 }],
  // A callback that comes twice, and a page that asks again, count nothing twice.
  [
    60,
    async (person) => {
      const url = await person.authorize(await begin(person));
      await Promise.all([person.callback(url), person.callback(url)]);
      await person.waitForEnd();
      await person.poll();
    },
    { back: 1, queued: 1, exchanged: 1, ready: 1, told: 1 },
  ],
  [50, (person) => comeIn(person, binding.entId), { back: 1, queued: 1, exchanged: 1, bind: 1, told: 1 }],
  // WeChat's snapshot page: nobody is known there.
  [
    30,
    async (person) => {
      const url = (await begin(person)).replace('#', '&forceSnapShot=true#');
      await person.callback(await person.authorize(url));
      await person.waitForEnd();
    },
    { back: 1, queued: 1, exchanged: 1, snapshot: 1 },
  ],
  // Never comes back.
  [120, (person) => begin(person), {}],
  // On a computer, which shows a QR code; and goes on without.
  [20, (person) => goOnWithout(person), { outside: 1 }],
  // Says no at WeChat.
  [
    80,
    async (person) => {
      await begin(person);
      await person.visit(`/wechat/callback?state=${person.loginId}`);
    },
    { failed: 1 },
  ],
  // WeChat does not take the code; and does not let this person in.
  [
    20,
    async (person) => {
      says(person, 40_029);
      await comeIn(person);
    },
    { back: 1, queued: 1, again: 1 },
  ],
  [
    20,
    async (person) => {
      says(person, 40_226);
      await comeIn(person);
    },
    { back: 1, queued: 1, failed: 1 },
  ],
];
/** Outside WeChat, on a phone: nothing is begun. */
const outside = 60;
const computer = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const phone = 'Mozilla/5.0 (iPhone) Mobile/15E148 Safari/604.1';

function expectedFunnel(): Record<string, number> {
  const none = { exchanged: 0, ready: 0, bind: 0, snapshot: 0, failed: 0, again: 0, told: 0, redeemed: 0 };
  const sum: Record<string, number> = {
    opened: outside,
    outside,
    held: 0,
    sent: 0,
    back: 0,
    queued: 0,
    ...none,
  };
  for (const [people, , steps] of script) {
    for (const [step, n] of Object.entries({ opened: 1, sent: 1, ...steps }))
      sum[step] = (sum[step] ?? 0) + people * (n ?? 0);
  }
  return sum;
}

test('of a thousand people the funnel says exactly what they did', async (t) => {
  const limit = pLimit(atOnce);
  const acts = script.flatMap(([people, act]) =>
    Array.from({ length: people }, () => () => act(service.person())),
  );
  const links = Array.from(
    { length: outside },
    () => () => service.person({ userAgent: phone }).visit(`/wechatTransfer?ent_id=${direct.entId}`),
  );
  const all = [...acts, ...links];
  t.is(all.length, 1_000);
  // All kinds among each other, in the same order each time.
  const order = all.map((act, n) => ({ act, at: (n * 617) % all.length })).toSorted((a, b) => a.at - b.at);
  let done = 0;
  await Promise.all(
    order.map(({ act }) =>
      limit(async () => {
        await act();
        done += 1;
        if (done % 100 === 0) t.log(`${done} are through`);
      }),
    ),
  );

  const expected = expectedFunnel();
  for (const window of ['15m', '24h'] as const) {
    const told = await until(
      async () => {
        const answer = await service.operate('GET', `/operate/live?window=${window}&appid=${direct.appid}`);
        const { funnel } = answer.json() as { funnel: Record<string, number> };
        // It grows until all processes have told; what it says then, it says for good.
        const isAll = (step: string) => (funnel[step] ?? 0) >= (expected[step] ?? 0);
        return Object.keys(expected).every(isAll) && funnel;
      },
      { timeoutMs: 90_000, what: `all are counted (${window})` },
    );
    t.deepEqual(told, expected, window);
  }
});
