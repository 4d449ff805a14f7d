import test from 'ava';
import { createPhone, digitsIn, openDesktop, otherThan } from '#test/support/scan.ts';
import { until } from '#test/support/until.ts';
import { withRedisProxy } from '#test/support/with-redis-proxy.ts';
import { sharedService } from '#test/system/shared-service.ts';

// Redis is taken away from all of them at once: one test after another.
const teardowns: (() => unknown)[] = [];
const proxy = await withRedisProxy({ teardown: (fn: () => unknown) => void teardowns.unshift(fn) });
const service = await sharedService({ redis: proxy });
test.after.always('the proxy is gone', async () => {
  for (const teardown of teardowns) await teardown();
});

type Desktop = Awaited<ReturnType<typeof openDesktop>>;
/** As the page's form does it, without its script. */
const type = ({ person, id }: Pick<Desktop, 'person' | 'id'>, digits: string) =>
  person.visit(`/scans/${id}/match`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `digits=${digits}`,
  });

async function allowed(more = '') {
  const enterprise = await service.seedEnterprise();
  const desktop = await openDesktop(service, enterprise.entId, { more });
  const phone = createPhone(service);
  await phone.scan(desktop.qr);
  const digits = digitsIn(await phone.decide('allow'));
  return { enterprise, desktop, phone, digits };
}

const linkTo = (path: string) => `href="${path.replaceAll('&', '&amp;')}"`;

test.serial('digits that come too late are answered by the page as it stands, with a way on', async (t) => {
  const { desktop, digits, enterprise } = await allowed('&target=/chat/7&lang=en');
  const wrong = otherThan(digits);
  t.is((await type(desktop, wrong)).location, `/scans/${desktop.id}`);
  t.is((await type(desktop, otherThan(wrong))).location, `/scans/${desktop.id}`);
  const late = await type(desktop, digits);
  t.is(late.status, 409);
  t.true(late.text.includes('data-view="{&quot;status&quot;:&quot;denied&quot;}"'));
  t.true(
    late.text.includes(
      linkTo(`/wechatTransfer?ent_id=${enterprise.entId}&target=%2Fchat%2F7&lang=en&again=1`),
    ),
  );

  const early = await openDesktop(service, enterprise.entId);
  const answer = await type(early, '123');
  t.is(answer.status, 409);
  t.true(answer.text.includes(`data-qr="${early.qr}"`));
});

test.serial('digits for a phone whose login is gone lead to a new code', async (t) => {
  const { desktop, digits, enterprise, phone } = await allowed();
  await service.redis.del(...(await service.findKeys(`:login:${phone.person.loginId}`)));
  const answer = await type(desktop, digits);
  t.is(answer.status, 409);
  t.true(answer.text.includes(linkTo(`/wechatTransfer?ent_id=${enterprise.entId}&lang=zh_CN`)), answer.text);
});

test.serial('digits for a scan that nobody knows lead to where one begins', async (t) => {
  const { enterprise, desktop } = await allowed();
  const answer = await type({ person: desktop.person, id: `00${'0'.repeat(32)}` }, '123');
  t.is(answer.status, 404);
  t.true(answer.text.includes(linkTo(`/wechatTransfer?ent_id=${enterprise.entId}`)));
});

test.serial('what was typed wrong leads back to the page it was typed on', async (t) => {
  const { desktop, phone } = await allowed();
  const answer = await type(desktop, '12');
  t.is(answer.status, 400);
  t.true(answer.text.includes(linkTo(`/scans/${desktop.id}`)));
  const question = await phone.decide('perhaps');
  t.is(question.status, 400);
  t.true(question.text.includes(linkTo(phone.page)));
});

test.serial(
  'while Redis is away the forms lead back to their pages, which go on when it is there again',
  async (t) => {
    const { entId } = await service.seedEnterprise();
    const desktop = await openDesktop(service, entId);
    const phone = createPhone(service);
    await phone.scan(desktop.qr);
    const isBack = () =>
      until(async () => (await fetch(`${service.ingresses[0]?.adminUrl}/readyz`)).ok, { timeoutMs: 20_000 });

    proxy.cut();
    const [asked, typed, cancelled] = [
      await phone.decide('allow'),
      await type(desktop, '123'),
      await desktop.person.visit(`/scans/${desktop.id}/cancel`, { method: 'POST' }),
    ];
    proxy.heal();
    t.deepEqual([asked.status, typed.status, cancelled.status], [503, 503, 503]);
    t.true(asked.text.includes(linkTo(phone.page)));
    for (const { text } of [typed, cancelled]) t.true(text.includes(linkTo(`/scans/${desktop.id}`)));

    await isBack();
    t.true((await phone.person.visit(phone.page)).text.includes('value="allow"'));
    const digits = digitsIn(await phone.decide('allow'));
    t.true((await desktop.person.visit(`/scans/${desktop.id}`)).text.includes('name="digits"'));
    t.is((await type(desktop, digits)).status, 303);
    t.is((await desktop.status()).status, 'ready');
  },
);
