import test from 'ava';
import Koa from 'koa';
import * as openid from 'openid-client';
import { withServer } from '#test/ingress/with-server.ts';
import { beginAt, redeem, withOidcClient } from '#test/support/oidc-client.ts';
import { weChatUserAgent } from '#test/support/person.ts';
import { withService } from '#test/support/start-service.ts';
import { withBrowser } from '#test/support/with-browser.ts';

// The policy of our pages holds for what follows their forms, too, and only a browser heeds it.
test('in a browser a person logs in, logs in as somebody else, and logs out, each time back at the client', async (t) => {
  const service = await withService(t);
  const host = new Koa();
  host.use((ctx) => {
    ctx.body = 'the client';
  });
  const origin = await withServer(t, host);
  const redirectUri = `${origin}/cb`;
  const form = { redirect_uris: [redirectUri], post_logout_redirect_uris: [`${origin}/bye`] };
  const client = await withOidcClient(service, [await service.seedEnterprise()], { form });
  const browser = await withBrowser(t, { userAgent: weChatUserAgent, locale: 'en' });
  const page = await browser.newPage();

  const logInAs = async (name: string, more: Record<string, string> = {}) => {
    // The simulator takes its person from it, without a question.
    await browser.setExtraHTTPHeaders({ 'x-simulator-person': name });
    const begun = await beginAt(client, { redirect_uri: redirectUri, ...more });
    await page.goto(begun.url.href);
    await page.waitForURL(`${redirectUri}**`);
    return redeem(client, begun, new URL(page.url()));
  };
  const one = await logInAs('one');
  const same = await logInAs('nobody is asked');
  t.is(same.claims()?.sub, one.claims()?.sub);
  const other = await logInAs('other', { prompt: 'login' });
  t.not(other.claims()?.sub, one.claims()?.sub);

  const end = openid.buildEndSessionUrl(client.config, {
    id_token_hint: other.id_token ?? '',
    post_logout_redirect_uri: `${origin}/bye`,
    state: 'of-the-client',
  });
  await page.goto(end.href);
  t.true(await page.getByText('Console').isVisible());
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${origin}/bye?state=of-the-client`);
  // Nobody is logged in any more: without a session this asks nothing, and a form sends itself.
  await page.goto(end.href);
  await page.waitForURL(`${origin}/bye?state=of-the-client`);
  await t.throwsAsync(openid.fetchUserInfo(client.config, other.access_token, String(other.claims()?.sub)));
});
