import test from 'ava';
import type { Person } from '#test/support/person.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService({ ingresses: 2 });
const idIn = (authorizeUrl: string) => new URL(authorizeUrl).searchParams.get('state') ?? '';

/**
 * Somebody prepares a login that lost its cookie once, holds a poll of it, and sends WeChat's page of it to a victim, who
 * goes through and confirms. What the sender's poll is told, and what became of the victim.
 */
async function takeover({ unbound, sameIngress }: { unbound: 'create' | 'bind'; sameIngress: boolean }) {
  const { entId } = await service.seedEnterprise({ unbound });
  const [first, second] = service.ingresses.map(({ url }) => url);
  const sender = service.person({ ingressUrl: first ?? '' });
  await sender.start(entId);
  const { loginId } = sender;
  sender.cookies.clear();
  const restart = await sender.visit(`/wechat/callback?code=junk&state=${loginId}`);
  const id = idIn(restart.location);
  const held = sender.readStatus({ id, wait: 25 });
  const open = sender.visit(`/logins/${id}`);
  const victim = service.person({ ingressUrl: (sameIngress ? first : second) ?? '' });
  await confirm(victim, await victim.authorize(restart.location));
  const end = await victim.waitForEnd();
  return { end, held: await held, page: (await open).text, again: await sender.readStatus({ id }) };
}

async function confirm(victim: Person, callbackUrl: string) {
  const [, action = ''] = /action="([^"]+)"/.exec((await victim.visit(callbackUrl)).text) ?? [];
  return await victim.visit(action, { method: 'POST' });
}

for (const unbound of ['create', 'bind'] as const) {
  for (const sameIngress of [true, false]) {
    const where = sameIngress ? 'the same ingress' : 'another ingress';
    test(`a poll and a page held by who sent the link learn nothing of the victim’s login (${unbound}, ${where})`, async (t) => {
      const { end, held, page, again } = await takeover({ unbound, sameIngress });
      t.is(end.status, unbound === 'create' ? 'ready' : 'bind');
      t.notRegex(held.text, /ticket|ready|"bind"/);
      t.is(held.status, 404);
      t.notRegex(page, /ticket=|id="end"/);
      t.is(again.status, 404);
    });
  }
}

test('a held poll is told at once that its login has become another browser’s', async (t) => {
  const { entId } = await service.seedEnterprise();
  const sender = service.person();
  await sender.start(entId);
  const { loginId } = sender;
  sender.cookies.clear();
  const id = idIn((await sender.visit(`/wechat/callback?code=junk&state=${loginId}`)).location);
  let told: number | undefined;
  const held = sender.readStatus({ id, wait: 25 }).then((answer) => {
    told = answer.status;
  });
  const other = service.person();
  // No worker ends this login: its code is refused only after the poll has been told.
  await confirm(other, `/wechat/callback?code=made-up&state=${id}`);
  await until(() => told !== undefined);
  t.is(told, 404);
  await held;
});
