import test from 'ava';
import { sharedService } from './shared-service.ts';

const service = await sharedService({ workers: 0 });

/** Beside what the processes themselves keep, whoever comes. */
const keysOfPeople = async () =>
  (await service.findKeys()).filter((key) => !/:(capacity|exchange|probe):/.test(key)).toSorted();

const machines: [string, 'GET' | 'HEAD', Record<string, string>, number][] = [
  ['a HEAD', 'HEAD', {}, 200],
  ['a prefetch', 'GET', { 'sec-purpose': 'prefetch' }, 503],
  ['a prerender', 'GET', { 'sec-purpose': 'prefetch;prerender' }, 503],
  ['a prefetch of an older browser', 'GET', { purpose: 'prefetch' }, 503],
  ['a prefetch of an older Firefox', 'GET', { 'x-moz': 'prefetch' }, 503],
];

for (const [who, method, headers, status] of machines) {
  test.serial(`${who} of a link begins nothing and gets no cookie`, async (t) => {
    const { entId } = await service.seedEnterprise({ consent_page: true });
    const before = await keysOfPeople();
    for (const path of [
      `/wechatTransfer?ent_id=${entId}`,
      `/wechat/callback?code=made-up&state=00${'a'.repeat(32)}`,
    ]) {
      const answer = await service.person().visit(path, { method, headers });
      t.is(answer.status, status, path);
      t.is(answer.text, '');
      t.is(answer.headers['set-cookie'], undefined);
      t.is(answer.headers['cache-control'], 'no-store');
    }
    t.deepEqual(await keysOfPeople(), before);
  });
}

test.serial('a code is not taken from a machine that only looks at its callback', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  const location = await person.start(entId);
  const state = new URL(location).searchParams.get('state');
  for (const [, method, headers] of machines) {
    await person.visit(`/wechat/callback?code=made-up&state=${state}`, { method, headers });
  }
  t.is(await service.redis.hget(`{${service.prefix}:0}:login:${state}`, 'codes'), '0');
});

test.serial('a person who comes with other words for a purpose is a person', async (t) => {
  const { entId } = await service.seedEnterprise();
  const answer = await service
    .person()
    .visit(`/wechatTransfer?ent_id=${entId}`, { headers: { purpose: 'navigate' } });
  t.is(answer.status, 302);
});
