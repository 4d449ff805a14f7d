import test, { type ExecutionContext } from 'ava';
import { words } from '#ingress/browser/pages/words.ts';
import { withBrowser } from '#test/support/with-browser.ts';
import { openLogin } from './open-login.ts';
import { withLoginServer } from './with-login-server.ts';

const say = words.zh_CN;
const who = { nickname: 'Li Lei', avatar_url: '' };

type Opened = Awaited<ReturnType<typeof openLogin>>;
/** The two pages that wait: how each is opened, and what leads it on, by its own time or by a tap. */
const waitingPages = {
  'the waiting page': {
    open: (t: ExecutionContext, isKept: boolean) => openLogin(t, { isKept }),
    lead: ({ tell, elsewhere }: Opened) =>
      tell({ status: 'reauthorize', location: elsewhere('/host'), retry_after_ms: 60_000 }),
    end: ({ tell }: Opened) => tell({ status: 'failed', reason: 'expired' }),
    leadOn: say.leadOn,
    ended: say.failed.expired,
    again: say.startAgain,
  },
  'the QR page': {
    open: (t: ExecutionContext, isKept: boolean) =>
      openLogin(t, { isKept, first: { status: 'waiting', qr: 'https://login.example/q/1' } }),
    lead: ({ tell, elsewhere }: Opened) => tell({ status: 'ready', who, location: elsewhere('/host') }),
    end: ({ tell }: Opened) => tell({ status: 'expired' }),
    leadOn: say.scan.ended.leadOn,
    ended: say.scan.expired.text,
    again: say.scan.again,
  },
};

for (const [what, { open, lead, end, leadOn, ended, again }] of Object.entries(waitingPages)) {
  /** At the host by a tap, so that the page that waits is the one before. */
  const goThere = async (t: ExecutionContext, isKept: boolean) => {
    const opened = await open(t, isKept);
    const { page, turnClock, elsewhere } = opened;
    lead(opened);
    const link = page.getByRole('link', { name: leadOn });
    await turnClock(() => link.isVisible(), 10);
    await page.evaluate('window.isTheSame = true');
    await link.click();
    await page.waitForURL(elsewhere('/host'));
    return opened;
  };

  for (const isKept of [true, false]) {
    const how = isKept ? 'which the browser kept' : 'which is fetched anew';

    test(`Back from the host to ${what}, ${how}: what is over says so, and offers to begin again`, async (t) => {
      const opened = await goThere(t, isKept);
      const { page, turnClock } = opened;
      end(opened);
      await page.goBack({ waitUntil: 'commit' });
      await turnClock(() => page.getByText(ended).isVisible());
      t.is(await page.evaluate('window.isTheSame === true'), isKept);
      await page.getByRole('link', { name: again }).locator('visible=true').click();
      await page.waitForURL('**/wechatTransfer?ent_id=acme');
    });
  }

  test(`Back from the host to ${what}: what still leads on does so`, async (t) => {
    const opened = await goThere(t, true);
    const { page, arriveAt, elsewhere } = opened;
    await page.goBack({ waitUntil: 'commit' });
    t.true(await page.evaluate('window.isTheSame'));
    await arriveAt(elsewhere('/host'));
  });

  test(`who was led from ${what} to the host finds by Back what was before it`, async (t) => {
    const opened = await open(t, false);
    const { page, arriveAt, elsewhere } = opened;
    lead(opened);
    await arriveAt(elsewhere('/host'));
    // A page that the browser kept may come back without its `load`.
    await page.goBack({ waitUntil: 'commit' });
    t.is(page.url(), elsewhere('/before'));
  });
}

test('Back to the phone’s page, which the browser kept: it asks how things stand', async (t) => {
  const page = await (await withBrowser(t)).newPage();
  const { show, elsewhere } = await withLoginServer(t, { isKept: true });
  await page.goto(
    show((pages, lang) =>
      pages.phoneScan({
        lang,
        enterpriseName: 'Acme',
        state: 'asking',
        action: '/logins/1/scan',
        nickname: 'Li Lei',
        device: '',
        ageMs: 0,
        network: undefined,
      }),
    ),
  );
  await page.goto(elsewhere('/host'));
  show((pages, lang) => pages.phoneScan({ lang, enterpriseName: 'Acme', state: 'ended' }));
  await page.goBack({ waitUntil: 'commit' });
  await page.getByRole('heading', { name: say.scanPhone.ended.title }).waitFor();
  t.pass();
});
