import test from 'ava';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const { control } = service.simulator;

async function profileOf(name: string) {
  const enterprise = await service.seedEnterprise();
  const person = service.person({ name });
  const { ticket } = await person.login(enterprise.entId);
  const answer = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket });
  return { enterprise, person, answer, profile: answer.json() };
}

test('a nickname with emoji of many code points arrives whole', async (t) => {
  for (const name of ['xiaoming', 'hanmeimei']) {
    t.is((await profileOf(name)).profile.nickname, control.person(name).nickname);
  }
});

test('what could break a page or a log is taken out of a nickname', async (t) => {
  const { answer, profile } = await profileOf('odd');
  t.true(profile.nickname.isWellFormed());
  t.notRegex(profile.nickname, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  t.true(profile.nickname.includes('<b>O\'"&/'));
  t.is(answer.status, 200);
});

test('a nickname that is no JSON costs the person neither name nor avatar, and WeChat one call', async (t) => {
  control.putPerson('typist', { nickname: '打字员', headimgurl: 'https://thirdwx.qlogo.cn/a/46' });
  control.addFault({ kind: 'raw-control', endpoint: 'userinfo', person: 'typist' });
  const { next } = control.calls();
  const { profile } = await profileOf('typist');
  t.like(profile, { nickname: '(打字员', avatar_url: 'https://thirdwx.qlogo.cn/a/46' });
  t.is(
    control.calls({ since: next, endpoint: 'userinfo' }).calls.filter(({ person }) => person === 'typist')
      .length,
    1,
  );
});

test('a person without an avatar has an empty one', async (t) => {
  t.like((await profileOf('anonymous')).profile, { nickname: '微信用户', avatar_url: '' });
});

test('escaped slashes in WeChat’s JSON are read as slashes', async (t) => {
  const { person, profile } = await profileOf('lilei');
  t.is(profile.avatar_url, control.person(person.name).headimgurl);
  t.true(URL.canParse(profile.avatar_url));
});

test('a changed nickname is taken over, and one that WeChat does not tell this time is kept', async (t) => {
  control.putPerson('renamed', { nickname: 'Before' });
  const { enterprise, person, profile } = await profileOf('renamed');
  t.is(profile.nickname, 'Before');
  const redeemNext = async () => {
    const { ticket } = await person.login(enterprise.entId);
    return (await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket })).json();
  };
  control.putPerson('renamed', { nickname: 'After' });
  t.like(await redeemNext(), { nickname: 'After', user_id: profile.user_id });
  control.addFault({ kind: 'error', errcode: -1, endpoint: 'userinfo', person: 'renamed' });
  t.like(await redeemNext(), { nickname: 'After', user_id: profile.user_id, created: false });
});

test('the same person on two phones at once gets one binding', async (t) => {
  const { entId } = await service.seedEnterprise();
  const phones = Array.from({ length: 20 }, () => service.person({ name: 'twin' }));
  const ends = await Promise.all(phones.map((phone) => phone.login(entId)));
  t.true(ends.every(({ status }) => status === 'ready'));
  t.is(await service.mongo.collection('bindings').countDocuments({ entId }), 1);
});

test('a token is kept no longer than its login', async (t) => {
  const { person } = await profileOf('lilei');
  const [key = ''] = await service.findKeys(`login:${person.loginId}`);
  const record = await service.redis.hgetall(key);
  t.deepEqual(
    Object.keys(record).filter((field) => /^(token|code:.*)$/.test(field)),
    [],
  );
  t.true((await service.redis.pttl(key)) > 0);
});

test('what came of a login is kept for audit, with its timings and without the openid', async (t) => {
  const { enterprise, profile } = await profileOf('lilei');
  const entries = () => service.mongo.collection('login_history').find({ entId: enterprise.entId }).toArray();
  // Entries are gathered for a moment before they are written.
  await until(async () => (await entries()).length > 0);
  const [entry, ...others] = await entries();
  t.is(others.length, 0);
  t.like(entry, { appid: enterprise.appid, outcome: 'ready', created: true });
  t.true(entry?.['timings'].total >= 0);
  t.false(JSON.stringify(entry).includes(profile.openid));
  const indexes = await service.mongo.collection('login_history').indexes();
  t.true(indexes.some(({ expireAfterSeconds }) => expireAfterSeconds === 30 * 86_400));
});
