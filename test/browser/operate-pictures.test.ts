import test from 'ava';
import { keepPicture } from '#test/support/keep-picture.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from '#test/system/shared-service.ts';
import { signInAt } from './sign-in-at.ts';

const service = await sharedService();
let [failed, refused, plan] = ['', '', ''];

test.before('most people come in, and one account’s secret is wrong', async () => {
  const good = await service.seedAccount({ name: 'Acme Care' });
  const wrong = await service.seedAccount({ name: 'Globex Club' });
  await service.seedEnterprise({ entId: 'acme', appid: good.appid, name: 'Acme' });
  await service.seedEnterprise({ entId: 'globex', appid: wrong.appid, name: 'Globex' });
  refused = wrong.appid;
  const planned = await fetch(`${service.ingresses[0]?.adminUrl}/operate/broadcasts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.adminToken}`, accept: 'text/html' },
    body: new URLSearchParams({ ent_id: 'acme', people: '6000', minutes: '30', per_minute: '600' }),
    redirect: 'manual',
  });
  plan = planned.headers.get('location') ?? '';
  const { control } = service.simulator;
  control.addFault({ kind: 'error', errcode: 40125, appid: wrong.appid, endpoint: 'access_token' });
  const ends = await Promise.all(
    ['acme', 'acme', 'acme', 'acme', 'acme', 'acme', 'acme', 'globex', 'globex'].map((entId) =>
      service.person().login(entId),
    ),
  );
  type Live = { funnel: { ready: number }; incidents: { people: number }[] };
  await until(async () => {
    const { funnel, incidents } = (await service.operate('GET', '/operate/live')).json() as Live;
    return funnel.ready === 7 && incidents[0]?.people === 2;
  });
  // Written a moment after the end; of two who come at once one may find the account closed by what the other was told.
  await until(async () => {
    for (const { id = '' } of ends.slice(-2))
      if ((await service.operate('GET', `/operate/logins/${id}`)).text.includes('40125')) failed = id;
    return failed !== '';
  });
});

for (const locale of ['en', 'zh-CN'] as const) {
  test(`the docs show the first screen, and a login, as they are (${locale})`, async (t) => {
    const page = await signInAt(t, service, { locale, viewport: { width: 840, height: 540 } });
    await page.locator('#plot canvas').waitFor();
    t.is(await page.locator('.incidents li').count(), 1);
    await keepPicture(page, `operate.${locale}`);
    await page.goto(`${service.ingresses[0]?.adminUrl}/operate/logins/${failed}`);
    t.true(await page.locator('.tell').isVisible());
    await keepPicture(page, `operate-login.${locale}`);

    const shown = [
      ['enterprise', '/operate/enterprises/acme', '#plot canvas'],
      ['account', `/operate/accounts/${refused}`, '.incidents'],
      ['broadcast', plan, 'table'],
    ] as const;
    for (const [name, path, sign] of shown) {
      await page.goto(`${service.ingresses[0]?.adminUrl}${path}`);
      await page.locator(sign).first().waitFor();
      await keepPicture(page, `operate-${name}.${locale}`);
    }
  });
}
