import test from 'ava';
import { sharedService } from './shared-service.ts';

const service = await sharedService({ workers: 0 });
const { control } = service.simulator;
const unknownState = `00${'a'.repeat(32)}`;

for (const [what, state] of [
  ['an unknown', unknownState],
  ['a malformed', 'not-a-state'],
  ['a spoiled', `${unknownState}https://i.maxthon.cn`],
] as const) {
  test(`a callback with ${what} state shows a page that offers to start again`, async (t) => {
    const { entId, appid } = await service.seedEnterprise();
    const person = service.person();
    // The browser was here before, so it is known where its way began.
    await person.start(entId);
    const { code } = control.mintCode({ appid, person: person.name });
    const page = await person.visit(`/wechat/callback?code=${code}&state=${encodeURIComponent(state)}`);
    t.true(page.status >= 400 && page.status < 500);
    t.regex(String(page.headers['content-type']), /html/);
    t.true(page.text.includes(`/wechatTransfer?ent_id=${entId}`));
    t.false(page.text.includes(code));
  });
}

test('so does a callback whose login is forgotten', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  const callbackUrl = await person.authorize(await person.start(entId));
  const keys = await service.findKeys(`login:${person.loginId}`);
  t.is(await service.redis.del(keys), 1);
  const page = await person.visit(callbackUrl);
  t.true(page.status >= 400 && page.status < 500);
  t.true(page.text.includes(`/wechatTransfer?ent_id=${entId}`));
});

test('a browser that was never here is told to open its link again', async (t) => {
  const page = await service.person().visit(`/wechat/callback?code=0abc&state=${unknownState}`);
  t.true(page.status >= 400 && page.status < 500);
  t.notRegex(page.text, /ent_id=/);
});

test('a person who refused comes back without a code, and may start again', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  await person.start(entId);
  const page = await person.visit(`/wechat/callback?state=${person.loginId}`);
  t.true(page.text.includes(`/wechatTransfer?ent_id=${entId}`));
  t.deepEqual(await person.poll(), { status: 'failed', reason: 'refused' });
});

test('somebody else’s refusal does not end a login', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  await person.start(entId);
  await service.person().visit(`/wechat/callback?state=${person.loginId}`);
  t.like(await person.poll(), { status: 'pending' });
});

test('no worker is waited for: with none at all a callback is answered, and the login is pending', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  const answer = await person.callback(await person.authorize(await person.start(entId)));
  t.is(answer.status, 303);
  t.deepEqual(await person.poll(), { status: 'pending' });
  t.is(control.calls({ endpoint: 'access_token' }).calls.length, 0);
});
