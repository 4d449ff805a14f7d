import test from 'ava';
import type { Language } from '#ingress/browser/pages/language.ts';
import { words } from '#ingress/browser/pages/words.ts';
import { failureReasons } from '#models/login/status.ts';
import { openLogin } from './open-login.ts';

const locales: [Language, string][] = [
  ['zh_CN', 'zh-CN'],
  ['en', 'en-US'],
];

for (const [lang, locale] of locales) {
  const say = words[lang];
  const browser = { locale };

  test(`${lang}: a pending login says what is happening and counts the time`, async (t) => {
    const { complaints, heading, page } = await openLogin(t, { browser });
    t.is(await heading.textContent(), say.pending.title);
    t.is(await page.title(), `${say.pending.title} · \u2068Acme\u2069`);
    await page.clock.runFor(7_000);
    t.regex((await page.locator('.waited').textContent()) ?? '', /0:07$/);
    t.deepEqual(complaints, []);
  });

  test(`${lang}: a ready login goes on to the host`, async (t) => {
    const { arriveAt, elsewhere, page, tell } = await openLogin(t, { browser });
    tell({ status: 'ready', location: elsewhere('/host?ticket=t') });
    await arriveAt(elsewhere('/host?ticket=t'));
    t.is(await page.textContent('h1'), 'host');
  });

  test(`${lang}: a first login goes on to where it's bound`, async (t) => {
    const { arriveAt, elsewhere, page, tell } = await openLogin(t, { browser });
    tell({ status: 'bind', location: elsewhere('/bind?bind_ticket=t') });
    await arriveAt(elsewhere('/bind?bind_ticket=t'));
    t.is(await page.textContent('h1'), 'bind');
  });

  test(`${lang}: a lost code says so, then goes back to WeChat by itself at the given time`, async (t) => {
    const { arriveAt, elsewhere, heading, page, tell } = await openLogin(t, { browser });
    tell({ status: 'reauthorize', location: elsewhere('/wechat'), retry_after_ms: 20_000 });
    await page.getByText(say.again.text).waitFor();
    t.is(await heading.textContent(), say.again.title);
    t.is(await page.getByText(say.leadOn).getAttribute('href'), elsewhere('/wechat'));
    t.true((await arriveAt(elsewhere('/wechat'))) >= 20_000);
  });

  test(`${lang}: a code lost too often waits for a tap`, async (t) => {
    const { elsewhere, heading, page, polls, tell } = await openLogin(t, { browser });
    tell({ status: 'reauthorize', location: elsewhere('/wechat') });
    await page.getByText(say.tap.text).waitFor();
    await page.clock.runFor(120_000);
    t.is(await heading.textContent(), say.tap.title);
    t.is(polls(), 1);
    await page.getByText(say.tap.action).click();
    await page.waitForURL(elsewhere('/wechat'));
  });

  test(`${lang}: a snapshot page points to WeChat's button, and its login may still go on`, async (t) => {
    const { arriveAt, elsewhere, page, tell } = await openLogin(t, { browser });
    tell({ status: 'snapshot' });
    await page.getByText(say.snapshot.note).waitFor();
    t.true((await page.textContent('h1:visible'))?.includes('使用完整服务'));
    tell({ status: 'ready', location: elsewhere('/host') });
    t.true((await arriveAt(elsewhere('/host'))) >= 8_000);
  });

  for (const reason of failureReasons) {
    test(`${lang}: a login failed as ${reason} tells so, asks no more and starts again on a tap`, async (t) => {
      const { heading, page, polls, starts, tell } = await openLogin(t, { browser });
      tell({ status: 'failed', reason });
      await page.getByText(say.failed[reason]).waitFor();
      t.is(await heading.textContent(), say.failed.title);
      t.is(await page.locator('[data-reason]:visible').count(), 1);
      await page.clock.runFor(120_000);
      t.is(polls(), 1);
      await page.getByRole('link', { name: say.startAgain }).click();
      await page.waitForURL('**/wechatTransfer?ent_id=acme');
      t.is(starts(), 1);
    });
  }

  test(`${lang}: a slow login says so after ten seconds and again after thirty`, async (t) => {
    const { page } = await openLogin(t, { browser });
    const [slow, slower] = [page.getByText(say.pending.slow), page.getByText(say.pending.slower)];
    t.false(await slow.isVisible());
    await page.clock.runFor(10_000);
    t.true(await slow.isVisible());
    t.false(await slower.isVisible());
    await page.clock.runFor(20_000);
    t.true(await slower.isVisible());
  });
}

test('the time waited before the page was drawn counts', async (t) => {
  const { page } = await openLogin(t, { waitedMs: 65_000 });
  t.true(await page.getByText(words.zh_CN.pending.slower).isVisible());
  await page.clock.runFor(5_000);
  t.regex((await page.locator('.waited').textContent()) ?? '', /1:10$/);
});

test('an answer is announced to those who cannot see it, the clock is not', async (t) => {
  const { page, tell } = await openLogin(t);
  t.is(await page.locator('[role=status] [data-clock]').count(), 0);
  tell({ status: 'failed', reason: 'internal' });
  await page.getByRole('status').getByText(words.zh_CN.failed.internal).waitFor();
});

test('an enterprise name is shown as text, whatever it holds', async (t) => {
  const enterpriseName = `<b onclick="x">"&'</b>`;
  const { complaints, page } = await openLogin(t, { enterpriseName });
  t.true((await page.textContent('header'))?.includes(enterpriseName));
  t.deepEqual(complaints, []);
});
