import test from 'ava';
import { until } from '#test/support/until.ts';
import { jobsOf } from './jobs-of.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const { control } = service.simulator;
const exchangesOf = (code: string) => control.calls({ endpoint: 'access_token', code }).calls;
const codeIn = (callbackUrl: string) => new URL(callbackUrl).searchParams.get('code') ?? '';

/** Somebody whose code is on its way to WeChat, who takes `answerMs` to answer. */
async function someone({ answerMs = 0 } = {}) {
  const { entId, appid } = await service.seedEnterprise();
  const person = service.person();
  if (answerMs > 0) {
    const { name } = person;
    control.addFault({ kind: 'latency', ms: answerMs, person: name, endpoint: 'access_token' });
  }
  const callbackUrl = await person.authorize(await person.start(entId));
  const mint = (name = person.name) => {
    const { code } = control.mintCode({ appid, person: name, state: person.loginId });
    return { code, url: `/wechat/callback?code=${code}&state=${person.loginId}` };
  };
  return { entId, appid, person, callbackUrl, code: codeIn(callbackUrl), mint };
}

test('a callback that WeChat lets wait leads to the waiting page, and the code goes no further', async (t) => {
  const { person, callbackUrl, code } = await someone({ answerMs: 3_000 });
  const answer = await person.callback(callbackUrl);
  t.is(answer.status, 303);
  t.is(answer.location, `/logins/${person.loginId}`);
  t.like(answer.headers, { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  await person.waitForEnd();
  const page = await person.visit(answer.location);
  const status = await person.readStatus();
  for (const { headers, text } of [answer, page, status]) {
    t.false(JSON.stringify(headers).includes(code));
    t.false(text.includes(code));
  }
});

test('the same callback again leads to the same end and exchanges nothing', async (t) => {
  const { person, callbackUrl, code } = await someone();
  await person.callback(callbackUrl);
  const end = await person.waitForEnd();
  t.is(end.status, 'ready');
  const second = await person.callback(callbackUrl);
  t.is(second.status, 303);
  t.true([end.location, `/logins/${person.loginId}`].includes(second.location));
  t.is((await person.poll()).location, end.location);
  t.is(exchangesOf(code).length, 1);
});

test('fifty copies of one callback at once make one job and one exchange', async (t) => {
  const { person, callbackUrl, code } = await someone({ answerMs: 2_000 });
  // A busy machine answers some with 503, and their page repeats them.
  const answers = await Promise.all(Array.from({ length: 50 }, () => person.callback(callbackUrl)));
  t.deepEqual(
    [...new Set(answers.map(({ status, location }) => `${status} ${location}`))],
    [`303 /logins/${person.loginId}`],
  );
  // A job that ended well is forgotten at once, so it is looked for while it runs.
  t.is((await jobsOf(service, person.loginId)).length, 1);
  t.is((await person.waitForEnd()).status, 'ready');
  t.is(exchangesOf(code).length, 1);
});

test('a second and a third code on one login are taken, a fourth is not; the first decides', async (t) => {
  const { person, callbackUrl, code, mint } = await someone({ answerMs: 3_000 });
  await person.callback(callbackUrl);
  await until(() => exchangesOf(code).length === 1);
  const more = [mint(), mint(), mint()];
  const statuses: number[] = [];
  for (const { url } of more) statuses.push((await person.visit(url)).status);
  t.deepEqual(statuses.slice(0, 2), [303, 303]);
  t.not(statuses[2], 303);
  t.is((await person.waitForEnd()).status, 'ready');
  t.deepEqual(
    more.map(({ code: other }) => exchangesOf(other).length),
    [0, 0, 0],
  );
});

test('where the first code is dead the second one ends the login, and nobody need do anything', async (t) => {
  const { person, callbackUrl, code, mint } = await someone({ answerMs: 300 });
  control.addFault({ kind: 'error', errcode: 40029, code, burns: true, count: 1 });
  await person.callback(callbackUrl);
  const second = mint();
  t.is((await person.callback(second.url)).status, 303);
  t.is((await person.waitForEnd()).status, 'ready');
  t.is(exchangesOf(code).length, 1);
  t.is(exchangesOf(second.code).length, 1);
});

test('a late second code does not move a login that is ready', async (t) => {
  const { person, callbackUrl, mint } = await someone();
  await person.callback(callbackUrl);
  const { location } = await person.waitForEnd();
  const late = mint();
  t.is((await person.callback(late.url)).status, 303);
  t.like(await person.poll(), { status: 'ready', location });
  t.is(exchangesOf(late.code).length, 0);
});

for (const doubleCallback of ['same', 'new'] as const) {
  test(`WeChat’s own servers call back with the ${doubleCallback} code as well: one result, one binding`, async (t) => {
    const { entId, appid } = await service.seedEnterprise();
    const person = service.person();
    const authorizeUrl = await person.start(entId);
    // They come without the browser's cookie, and here even before it.
    const own = await person.authorize(authorizeUrl);
    const { code } = control.mintCode({ appid, person: person.name, state: person.loginId });
    const theirs = doubleCallback === 'same' ? own : `/wechat/callback?code=${code}&state=${person.loginId}`;
    const crawler = await service.person().visit(theirs);
    t.notRegex(crawler.location, /^\/logins\//);
    await person.callback(own);
    t.is((await person.waitForEnd()).status, 'ready');
    t.is(exchangesOf(codeIn(own)).length, 1);
    t.is(await service.mongo.collection('bindings').countDocuments({ entId }), 1);
  });
}
