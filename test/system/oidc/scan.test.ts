import test from 'ava';
import { beginAt, follow, redeem, withOidcClient } from '#test/support/oidc-client.ts';
import { createPhone, desktopUserAgent, digitsIn } from '#test/support/scan.ts';
import { sharedService } from '#test/system/shared-service.ts';

const service = await sharedService();

test('a stock client in a desktop’s browser gets whom a phone lets in there, and how', async (t) => {
  const enterprise = await service.seedEnterprise();
  const client = await withOidcClient(service, [enterprise]);
  const desktop = service.person({ userAgent: desktopUserAgent });
  const begun = await beginAt(client);
  const answer = await follow(desktop, begun.url.href, service.publicUrl);
  const [, id = ''] = /data-scan="([^"]*)"/.exec(answer.text) ?? [];
  const [, qr = ''] = /data-qr="([^"]*)"/.exec(answer.text) ?? [];
  const phone = createPhone(service, service.person({ name: 'lilei' }));
  await phone.scan(qr);
  const sent = await desktop.visit(`/scans/${id}/match`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ digits: digitsIn(await phone.decide('allow')) }),
  });
  const { status, location } = sent.json();
  t.is(status, 'ready');
  const end = await follow(desktop, location, service.publicUrl);
  const tokens = await redeem(client, begun, new URL(end.location));
  t.like(tokens.claims(), { name: 'Li Lei', amr: ['wechat_oa', 'scan'], acr: 'wechat-qr', created: true });
  // The phone has nothing of it.
  t.is((await phone.person.visit(location)).status, 400);
});

test('who cancels in the desktop’s browser is not brought to the client by the end that was shown', async (t) => {
  const enterprise = await service.seedEnterprise();
  const client = await withOidcClient(service, [enterprise]);
  const desktop = service.person({ userAgent: desktopUserAgent });
  const answer = await follow(desktop, (await beginAt(client)).url.href, service.publicUrl);
  const [, id = ''] = /data-scan="([^"]*)"/.exec(answer.text) ?? [];
  const [, qr = ''] = /data-qr="([^"]*)"/.exec(answer.text) ?? [];
  const phone = createPhone(service);
  await phone.scan(qr);
  const post = (path: string, body: string) =>
    desktop.visit(`/scans/${id}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
  const sent = await post('/match', JSON.stringify({ digits: digitsIn(await phone.decide('allow')) }));
  const cancelled = await post('/cancel', '{}');
  t.regex(cancelled.location, /^\/oidc\/interaction\/[\w-]+\?again=1$/);
  t.is((await follow(desktop, sent.json().location, service.publicUrl)).status, 404);
  const again = await follow(desktop, cancelled.location, service.publicUrl);
  t.regex(again.text, /data-scan="/);
});
