import test from 'ava';
import { canRun } from '#test/outside/can-run.ts';
import type { Service } from '#test/support/start-service.ts';
import type { HostSample } from './samples.ts';
import { type RunningHost, startHost } from './start-host.ts';

const redeemPath = '/v1/tickets/redeem';
const bindForm = (end: URL, user = 'alice', password = 'wonderland') => ({
  state: end.searchParams.get('state') ?? '',
  bind_ticket: end.searchParams.get('bind_ticket') ?? '',
  user,
  password,
});

/** What every host must do, tried on one of the samples. */
export function testHost(service: Service, sample: HostSample): void {
  if (!canRun(sample.file, sample)) return;
  let starting: Promise<RunningHost> | undefined;
  const started = () => {
    starting ??= startHost(service, sample);
    return starting;
  };
  test.after.always(`${sample.file} ends`, async () => (await starting)?.stop());

  test.serial(
    `${sample.file}: a person logs in, and lands where the link led, in a session of its own`,
    async (t) => {
      const { browser } = await started();
      const phone = browser();
      await phone.isKnownAs('alice');
      const end = await phone.logIn({ target: '/chat/7', lang: 'en' });
      const before = [...phone.cookies.values()];
      t.like(await phone.visit(end.href), { status: 303, location: '/chat/7' });
      t.notDeepEqual([...phone.cookies.values()], before);
      const { text } = await phone.visit('/');
      t.regex(text, /user alice\./);
      // As text, however the sample writes it.
      t.true(text.includes(phone.name), text);
      t.notRegex(text, /<b>/);
      t.notRegex((await browser().visit('/')).text, /alice/);
    },
  );

  test.serial(`${sample.file}: of two that come with one ticket, one logs in`, async (t) => {
    const { browser } = await started();
    const phone = browser();
    await phone.isKnownAs('alice');
    const { href } = await phone.logIn();
    const both = await Promise.all([phone.visit(href), phone.visit(href)]);
    t.deepEqual(both.map(({ status }) => status).sort(), [303, 400]);
    t.is((await phone.visit(href)).status, 400);
  });

  test.serial(`${sample.file}: what the login service refuses is no login`, async (t) => {
    const { browser } = await started();
    const phone = browser();
    await phone.isKnownAs('alice');
    const { href } = await phone.logIn();
    t.is((await phone.unbind()).status, 204);
    t.is((await phone.visit(href)).status, 400);
    t.notRegex((await phone.visit('/')).text, /alice/);
  });

  test.serial(
    `${sample.file}: the end of a login of another browser, or of another state, is nobody’s`,
    async (t) => {
      const { browser, front } = await started();
      const [phone, other, busy] = [browser(), browser(), browser()];
      await phone.isKnownAs('alice');
      await busy.isKnownAs('bob');
      const end = await phone.logIn();
      const ownEnd = await busy.logIn();
      const asked = front.listenTo();
      t.is((await other.visit(end.href)).status, 400);
      // Nor when its owner is in the middle of a login of his own.
      t.is((await busy.visit(end.href)).status, 400);
      for (const state of ['another-state-of-somebody', '', undefined]) {
        const changed = new URL(end);
        changed.searchParams.delete('state');
        if (state !== undefined) changed.searchParams.set('state', state);
        t.is((await phone.visit(changed.href)).status, 400, state);
      }
      t.deepEqual(asked, []);
      t.is((await phone.visit(end.href)).status, 303);
      t.is((await busy.visit(ownEnd.href)).status, 303);
    },
  );

  test.serial(
    `${sample.file}: a first login is bound to whoever proves to be a user, in the browser that began it`,
    async (t) => {
      const { browser } = await started();
      const [phone, other] = [browser(), browser()];
      const end = await phone.logIn();
      const page = await phone.visit(end.href);
      t.is(page.status, 200);
      t.true(page.text.includes(phone.name) && !page.text.includes('<b>'), page.text);
      t.is((await other.visit(end.href)).status, 400);
      t.is((await other.visit('/wechat/bind', bindForm(end))).status, 400);
      t.is((await phone.visit('/wechat/bind', { ...bindForm(end), state: 'another-state' })).status, 400);
      for (const [user, password] of [
        ['alice', 'builder'],
        ['nobody', ''],
        ['', ''],
      ])
        t.is((await phone.visit('/wechat/bind', bindForm(end, user, password))).status, 403, user);
      t.like(await phone.visit('/wechat/bind', bindForm(end)), { status: 303, location: '/' });
      t.regex((await phone.visit('/')).text, /user alice\./);
      // The next time it is known.
      const again = await phone.logIn();
      t.is(again.pathname, '/wechat/login');
      t.is((await phone.visit(again.href)).status, 303);
    },
  );

  test.serial(`${sample.file}: a WeChat that became another user’s meanwhile stays his`, async (t) => {
    const { browser } = await started();
    const phone = browser();
    const end = await phone.logIn();
    await phone.isKnownAs('bob');
    t.is((await phone.visit('/wechat/bind', bindForm(end))).status, 409);
    t.notRegex((await phone.visit('/')).text, /user/);
  });

  for (const fault of ['away', 'lost'] as const) {
    test.serial(
      `${sample.file}: it asks once more, with the same key, when the first answer is ${fault}`,
      async (t) => {
        const { browser, front } = await started();
        const phone = browser();
        await phone.isKnownAs('alice');
        const { href } = await phone.logIn();
        const asked = front.listenTo();
        front.fail(fault);
        t.is((await phone.visit(href)).status, 303);
        const [first, second, ...more] = asked;
        t.true((first?.key?.length ?? 0) >= 22);
        t.deepEqual(second, { path: redeemPath, key: first?.key });
        t.deepEqual(more, []);
      },
    );
  }

  test.serial(
    `${sample.file}: when the service is away the person is told, and no ticket is in page or log`,
    async (t) => {
      const { browser, front, said } = await started();
      const phone = browser();
      await phone.isKnownAs('alice');
      const end = await phone.logIn();
      const asked = front.listenTo();
      front.fail('away', 'away');
      const answer = await phone.visit(end.href);
      t.is(answer.status, 502);
      t.is(asked.length, 2);
      const ticket = end.searchParams.get('ticket') ?? '';
      t.true(ticket.length > 20 && !answer.text.includes(ticket) && !said().includes(ticket));
      t.is((await phone.visit(end.href)).status, 303);
    },
  );
}
