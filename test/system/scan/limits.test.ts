import test from 'ava';
import { desktopUserAgent } from '#test/support/scan.ts';
import { sharedService } from '#test/system/shared-service.ts';

const service = await sharedService({
  workers: 0,
  ingressEnv: { SCANS_PER_MINUTE: '3', TRUSTED_PROXIES: '127.0.0.1' },
});

test('so many QR pages a minute of one address for one enterprise, and no more', async (t) => {
  const [{ entId }, other] = [await service.seedEnterprise(), await service.seedEnterprise()];
  const open = (ent: string, clientAddress: string) =>
    service.person({ userAgent: desktopUserAgent, clientAddress }).visit(`/wechatTransfer?ent_id=${ent}`);
  for (let n = 0; n < 3; n += 1) t.is((await open(entId, '192.0.2.1')).status, 200);
  const keys = await service.findKeys();
  const refused = await open(entId, '192.0.2.1');
  t.is(refused.status, 429);
  t.regex(String(refused.headers['retry-after']), /^[1-9]\d?$/);
  t.true(refused.text.includes(`/wechatTransfer?ent_id=${entId}`), 'the link stays');
  t.true(refused.text.includes('browser=any'), 'and so does the way on');
  t.is(refused.headers['set-cookie'], undefined);
  t.deepEqual((await service.findKeys()).toSorted(), keys.toSorted());
  t.is((await open(other.entId, '192.0.2.1')).status, 200);
  t.is((await open(entId, '192.0.2.2')).status, 200);
});

test('a page that shows itself again opens nothing', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person({ userAgent: desktopUserAgent, clientAddress: '192.0.2.3' });
  const page = await person.visit(`/wechatTransfer?ent_id=${entId}`);
  const [, id = ''] = /data-scan="([^"]*)"/.exec(page.text) ?? [];
  for (let n = 0; n < 10; n += 1) {
    t.is((await person.visit(`/scans/${id}`)).status, 200);
    t.is((await person.visit(`/scans/${id}/qr.svg`)).headers['content-type'], 'image/svg+xml');
  }
  t.is((await service.findKeys(':scan:*')).filter((key) => key.endsWith(id)).length, 1);
});
