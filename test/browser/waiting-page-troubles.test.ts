import test from 'ava';
import { words } from '#ingress/browser/pages/words.ts';
import { until } from '#test/support/until.ts';
import { openLogin } from './open-login.ts';

const say = words.zh_CN;

test('a login the server lost begins anew by itself twice, then on a tap', async (t) => {
  const { arriveAt, heading, loginUrl, page, polls, starts, startUrl, tell, turnClock } = await openLogin(t);
  tell({ http: 404 });
  for (const time of [1, 2]) {
    await arriveAt(startUrl);
    t.is(starts(), time);
    await page.goto(loginUrl);
  }
  await turnClock(() => page.getByText(say.failed.gone).isVisible());
  await page.clock.runFor(60_000);
  t.is(polls(), 3);
  t.is(await heading.textContent(), say.failed.title);
  await page.getByRole('link', { name: say.startAgain }).click();
  await page.waitForURL('**/wechatTransfer?ent_id=acme');
});

test('a login that got through forgets how often it began anew', async (t) => {
  const { arriveAt, elsewhere, loginUrl, page, starts, startUrl, tell } = await openLogin(t);
  for (const time of [1, 2, 3]) {
    tell({ http: 404 });
    await arriveAt(startUrl);
    t.is(starts(), time);
    tell({ status: 'pending' });
    await page.goto(loginUrl);
    tell({ status: 'ready', location: elsewhere('/host') });
    await arriveAt(elsewhere('/host'));
    tell({ status: 'pending' });
    await page.goto(loginUrl);
  }
});

test('a browser without storage never begins anew by itself', async (t) => {
  const { loginUrl, page, starts, tell, turnClock } = await openLogin(t);
  await page.addInitScript(
    `Object.defineProperty(globalThis, 'sessionStorage', { get() { throw new Error('insecure'); } })`,
  );
  tell({ http: 404 });
  await page.goto(loginUrl);
  await turnClock(() => page.getByText(say.failed.gone).isVisible());
  t.is(starts(), 0);
});

test('lost connections are bridged, and said from the second on', async (t) => {
  const { arriveAt, complaints, elsewhere, heading, page, tell, turnClock } = await openLogin(t);
  const offline = page.getByText(say.pending.offline);
  tell('drop');
  await turnClock(() => offline.isVisible());
  t.is(await heading.textContent(), say.pending.title);
  tell({ status: 'pending', retry_after_ms: 2_000 });
  await turnClock(async () => !(await offline.isVisible()));
  tell({ status: 'ready', location: elsewhere('/host') });
  await arriveAt(elsewhere('/host'));
  t.deepEqual(complaints, []);
});

test('a server in trouble is asked again no earlier than it asks for', async (t) => {
  const { page, polls, tell, turnClock } = await openLogin(t);
  const answered = page.waitForResponse('**/status?*');
  tell({ http: 503, retryAfter: 20 });
  await answered;
  const waitedMs = await turnClock(() => polls() === 2);
  t.true(waitedMs > 20_000 && waitedMs < 35_000, String(waitedMs));
});

test('a server that stays in trouble is asked ever less often', async (t) => {
  const { polls, tell, turnClock } = await openLogin(t);
  tell({ http: 502 });
  await turnClock(() => polls() === 8);
  const waitedMs = await turnClock(() => polls() === 9);
  t.true(waitedMs >= 4_900 && waitedMs < 35_000, String(waitedMs));
});

for (const [what, script] of [
  ['a page of somebody in between', { http: 200, body: '<h1>Wi-Fi login</h1>' }],
  ['an unknown status', { http: 200, body: '{"status":"surprise"}' }],
  ['a status that is no word', { http: 200, body: '{"status":"] *"}' }],
  ['nothing at all', { http: 200, body: 'null' }],
] as const) {
  test(`${what} in place of an answer is bridged like a lost connection`, async (t) => {
    const { arriveAt, complaints, elsewhere, heading, polls, tell, turnClock } = await openLogin(t);
    tell(script);
    await turnClock(() => polls() === 3);
    t.is(await heading.textContent(), say.pending.title);
    tell({ status: 'ready', location: elsewhere('/host') });
    await arriveAt(elsewhere('/host'));
    t.deepEqual(complaints, []);
  });
}

test('a QR page, too, bridges what is no answer of ours', async (t) => {
  const { complaints, page, polls, tell, turnClock } = await openLogin(t, {
    first: { status: 'waiting', qr: 'https://login.example/q/1' },
  });
  tell({ http: 200, body: '{"status":"surprise"}' });
  await turnClock(() => polls() === 3);
  t.true(await page.getByText(say.pending.offline).isVisible());
  tell({ status: 'expired' });
  await turnClock(() => page.getByText(say.scan.expired.text).isVisible());
  t.deepEqual(complaints, []);
});

test('a connection that died silently is given up after 35 seconds', async (t) => {
  const { arriveAt, elsewhere, polls, tell, turnClock } = await openLogin(t);
  tell('hang');
  const waitedMs = await turnClock(() => polls() === 2);
  t.true(waitedMs > 35_000 && waitedMs < 60_000, String(waitedMs));
  tell({ status: 'ready', location: elsewhere('/host') });
  await arriveAt(elsewhere('/host'));
});

test('a login nobody answers for more than five minutes offers to start again', async (t) => {
  const { page, tell, turnClock } = await openLogin(t, { waitedMs: 320_000 });
  tell({ http: 500 });
  await turnClock(() => page.getByText(say.failed.gone).isVisible());
  t.true(await page.getByRole('link', { name: say.startAgain }).isVisible());
});

test('a server that never holds a request is asked about once a second', async (t) => {
  const { polls, tell, turnClock } = await openLogin(t);
  tell('never holds');
  const waitedMs = await turnClock(() => polls() === 6, 250);
  t.true(waitedMs >= 4_000, String(waitedMs));
});

test('a pending answer may ask for a pause', async (t) => {
  const { page, polls, tell, turnClock } = await openLogin(t);
  const answered = page.waitForResponse('**/status?*');
  tell({ status: 'pending', retry_after_ms: 15_000 });
  await answered;
  const waitedMs = await turnClock(() => polls() === 2);
  t.true(waitedMs >= 15_000 && waitedMs < 35_000, String(waitedMs));
});

test('a page that comes back into view asks at once', async (t) => {
  const { page, polls, tell } = await openLogin(t);
  const answered = page.waitForResponse('**/status?*');
  tell({ http: 503, retryAfter: 200 });
  await answered;
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
  await until(() => polls() === 2);
  t.pass();
});

test('a page restored from the cache of the Back button asks again instead of going where it once went', async (t) => {
  const { elsewhere, heading, page, tell } = await openLogin(t);
  tell({ status: 'reauthorize', location: elsewhere('/wechat'), retry_after_ms: 60_000 });
  await page.getByText(say.again.text).waitFor();
  tell({ status: 'failed', reason: 'refused' });
  await page.evaluate(`
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  `);
  await page.getByText(say.failed.refused).waitFor();
  await page.clock.runFor(120_000);
  t.is(await heading.textContent(), say.failed.title);
});
