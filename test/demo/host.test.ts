import test, { type ExecutionContext } from 'ava';
import { createHost, type HostEnterprise } from '#demo/host.ts';
import { listen } from '#operations/http-server.ts';
import { createHostBrowser } from '#test/support/host-browser.ts';
import { withService } from '#test/support/start-service.ts';

/** The example host and one enterprise that begins its logins there. */
async function withHost(t: ExecutionContext, unbound: 'create' | 'bind') {
  const service = await withService(t);
  const enterprises: HostEnterprise[] = [];
  const serviceUrl = service.ingresses[0]?.url ?? '';
  const host = await listen(createHost({ serviceUrl, enterprises }).callback(), {
    host: '127.0.0.1',
    port: 0,
  });
  t.teardown(host.close);
  const { entId, apiKey } = await service.seedEnterprise({
    unbound,
    login_url: `${host.url}/login`,
    bind_url: `${host.url}/bind`,
    initiate_login_uri: `${host.url}/begin`,
  });
  const startUrl = `${service.publicUrl}/wechatTransfer?ent_id=${entId}`;
  enterprises.push({ entId, apiKey, name: 'Acme', startUrl });

  /** A browser at the host; its cookies there are its own. */
  function browser() {
    const person = service.person();
    const { visit } = createHostBrowser(host.url);
    /** From the link, by way of the host's session, to the address where the login ends at the host. */
    async function logIn(): Promise<string> {
      const { location: begin } = await person.visit(startUrl);
      const { location: link } = await visit(begin);
      const { location: authorizeUrl } = await person.visit(link);
      await person.callback(await person.authorize(authorizeUrl));
      return (await person.waitForEnd()).location ?? '';
    }
    return { name: person.name, visit, logIn };
  }
  return { browser };
}

test('whoever is sent the end of somebody else’s login is not logged in as him', async (t) => {
  const { browser } = await withHost(t, 'create');
  const [sender, victim] = [browser(), browser()];
  const end = await sender.logIn();
  t.is((await victim.visit(end)).status, 400);
  // Nor when the victim is in the middle of a login of his own.
  await victim.logIn();
  t.is((await victim.visit(end)).status, 400);
  t.is((await sender.visit(end)).status, 303);
  t.true((await sender.visit('/')).text.includes(sender.name));
});

test('whoever is sent the end of somebody else’s first login binds that WeChat to nobody', async (t) => {
  const { browser } = await withHost(t, 'bind');
  const [sender, victim] = [browser(), browser()];
  const end = await sender.logIn();
  t.is((await victim.visit(end)).status, 400);
  const state = new URL(end).searchParams.get('state') ?? '';
  const form = {
    bind_ticket: new URL(end).searchParams.get('bind_ticket') ?? '',
    state,
    user_id: 'alice',
  };
  t.is((await victim.visit('/bind', form)).status, 400);
  const page = await sender.visit(end);
  t.is(page.status, 200);
  t.true(page.text.includes(sender.name), 'the page names the WeChat that is bound');
  t.is((await sender.visit('/bind', { ...form, user_id: 'nobody' })).status, 400);
  t.is((await sender.visit('/bind', form)).status, 303);
});
