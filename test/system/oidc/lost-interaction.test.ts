import test from 'ava';
import { words } from '#ingress/browser/pages/words.ts';
import { beginAt, follow, withOidcClient } from '#test/support/oidc-client.ts';
import { createPhone, desktopUserAgent, digitsIn } from '#test/support/scan.ts';
import { sharedService } from '#test/system/shared-service.ts';

const service = await sharedService();
const { beginThereAgain, openMessageAgain } = words.zh_CN;

/** The address of a login that a client began in a browser on a computer. */
async function begun(form: Record<string, unknown> = {}) {
  const client = await withOidcClient(service, [await service.seedEnterprise()], { form });
  const desktop = service.person({ userAgent: desktopUserAgent });
  const { location } = await desktop.visit((await beginAt(client)).url.href);
  return { desktop, location };
}

test('on a computer a login that is lost begins again at the application: by its own page where it has one', async (t) => {
  const uri = 'https://console.example/begin';
  const { desktop, location } = await begun({ initiate_login_uri: uri });
  desktop.cookies.clear();
  const page = await desktop.visit(location);
  t.is(page.status, 400);
  t.regex(page.text, new RegExp(`<a class="button" href="${uri}\\?iss=`));

  const { desktop: other, location: itsLocation } = await begun();
  other.cookies.clear();
  const { status, text } = await other.visit(itsLocation);
  t.is(status, 400);
  t.true(text.includes(beginThereAgain));
  t.false(text.includes(openMessageAgain));
  // WeChat has the message that led there.
  t.true((await service.person().visit(itsLocation)).text.includes(openMessageAgain));
});

test('on a computer a login that is over begins again at the application', async (t) => {
  const { desktop, location } = await begun();
  const { text } = await desktop.visit(location);
  const [, id = ''] = /data-scan="([^"]*)"/.exec(text) ?? [];
  const [, qr = ''] = /data-qr="([^"]*)"/.exec(text) ?? [];
  const phone = createPhone(service);
  await phone.scan(qr);
  const sent = await desktop.visit(`/scans/${id}/match`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ digits: digitsIn(await phone.decide('allow')) }),
  });
  const back = await follow(desktop, sent.json().location, service.publicUrl);
  t.regex(back.location, /\?code=/);
  for (const path of [location, sent.json().location, location.replace('/interaction/', '/auth/')]) {
    const page = await desktop.visit(path);
    t.is(page.status, 400, path);
    t.true(page.text.includes(beginThereAgain), path);
  }
});
