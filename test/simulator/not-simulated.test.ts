import test from 'ava';
import { withSimulator } from './with-simulator.ts';

for (const path of [
  '/cgi-bin/user/info',
  '/sns/jscode2session',
  '/cgi-bin/component/api_component_token',
  '/wxa/getwxacodeunlimit',
]) {
  test(`${path} says that it is not simulated`, async (t) => {
    const { call } = await withSimulator(t);
    const answer = await call(path, { access_token: 'x' });
    const body = JSON.parse(await answer.text());
    t.is(answer.status, 501);
    t.is(body.errcode, -501);
    t.true(body.errmsg.startsWith(`not simulated: WeChat has ${path},`));
  });
}

test('a page that is not played says so to people', async (t) => {
  const { call } = await withSimulator(t);
  const answer = await call('/connect/another', {});
  t.is(answer.status, 501);
  t.regex(await answer.text(), /未模拟<small>Not simulated: \/connect\/another/);
});

for (const path of ['/cgi-bin/unknown', '/sns/unknown']) {
  test(`${path}, which WeChat has not, is answered 40066`, async (t) => {
    const { call } = await withSimulator(t);
    const answer = await call(path, {});
    t.is(answer.status, 200);
    t.like(JSON.parse(await answer.text()), { errcode: 40_066 });
  });
}

test('anything else is a plain 404', async (t) => {
  const { call } = await withSimulator(t);
  t.is((await call('/nothing', {})).status, 404);
});
