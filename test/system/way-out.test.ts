import test from 'ava';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const startOf = (text: string) => /href="\/wechatTransfer\?ent_id=([\w-]+)/.exec(text)?.[1];

/** One browser that began a login at one enterprise, and then one at another. */
async function twoLogins() {
  const [first, second] = await Promise.all([
    service.seedEnterprise({ name: 'The first' }),
    service.seedEnterprise({ name: 'The second' }),
  ]);
  const person = service.person();
  const authorizeUrl = await person.start(first.entId);
  const id = person.loginId;
  await person.start(second.entId);
  return { first, second, person, id, authorizeUrl };
}

test('who refuses the first of two logins is offered the first again, by name', async (t) => {
  const { first, person, id } = await twoLogins();
  const { text } = await person.visit(`/wechat/callback?state=${id}`);
  t.is(startOf(text), first.entId);
  t.true(text.includes('The first'));
  t.false(text.includes('The second'));
});

test('so is who brings it too many codes', async (t) => {
  const { first, person, id } = await twoLogins();
  await service.killWorker();
  for (let n = 0; n < 3; n += 1) await person.visit(`/wechat/callback?code=code-${n}&state=${id}`);
  const answer = await person.visit(`/wechat/callback?code=code-4&state=${id}`);
  await service.startWorker();
  t.is(answer.status, 409);
  t.is(startOf(answer.text), first.entId);
  t.true(answer.text.includes('The first'));
});

test('of a login that nobody knows any more the page names whom it offers', async (t) => {
  const { second, person } = await twoLogins();
  const unknown = `00${'f'.repeat(32)}`;
  for (const path of [`/wechat/callback?code=a-code&state=${unknown}`, `/logins/${unknown}`]) {
    const { status, text } = await person.visit(path);
    t.is(status, 404);
    t.is(startOf(text), second.entId);
    t.true(text.includes('The second'), path);
  }
});
