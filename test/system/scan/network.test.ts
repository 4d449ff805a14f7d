import test from 'ava';
import { createPhone, desktopUserAgent, openDesktop } from '#test/support/scan.ts';
import { sharedService } from '#test/system/shared-service.ts';

const service = await sharedService({ ingressEnv: { TRUSTED_PROXIES: '127.0.0.1' } });

test('the page that asks says whether the phone is in the computer’s network, and nobody’s address is kept', async (t) => {
  const { entId } = await service.seedEnterprise();
  /** What the phone's page says of the network. */
  async function said(desktopAddress: string, phoneAddress: string) {
    const person = service.person({ userAgent: desktopUserAgent, clientAddress: desktopAddress });
    const desktop = await openDesktop(service, entId, { person });
    const phone = createPhone(service, service.person({ clientAddress: phoneAddress }));
    const { text } = await phone.scan(desktop.qr);
    const [, word] = /<li><span>网络<\/span><strong>([^<]*)</.exec(text) ?? [];
    return { word, id: desktop.id };
  }
  const same = await said('192.0.2.4', '192.0.2.4');
  t.is(same.word, '与这部手机相同');
  t.is((await said('192.0.2.4', '192.0.2.5')).word, '与这部手机不同');
  // One household of IPv6.
  t.is((await said('2001:db8::1', '2001:db8::2')).word, '与这部手机相同');
  t.is((await said('2001:db8::1', '2001:db8:0:1::1')).word, '与这部手机不同');
  // One home may have both: nothing is said.
  t.is((await said('2001:db8::1', '192.0.2.4')).word, undefined);
  t.is((await said('192.0.2.4', '2001:db8::1')).word, undefined);
  t.is((await said('::ffff:192.0.2.4', '192.0.2.4')).word, '与这部手机相同');
  const key = `{${service.prefix}:0}:scan:${same.id}`;
  t.regex((await service.redis.hget(key, 'network')) ?? '', /^4[\w-]{10}$/);
  t.false(JSON.stringify(await service.redis.hgetall(key)).includes('192.0.2'));
});

test('behind a proxy that nobody named no network is called the same', async (t) => {
  const { entId } = await service.seedEnterprise();
  const { url: ingressUrl } = await service.startIngress({ TRUSTED_PROXIES: '192.0.2.99' });
  const behind = { ingressUrl, clientAddress: '192.0.2.6' };
  const person = service.person({ ...behind, userAgent: desktopUserAgent });
  const desktop = await openDesktop(service, entId, { person });
  const page = await createPhone(service, service.person(behind)).scan(desktop.qr);
  t.regex(page.text, /value="allow"/);
  t.false(page.text.includes('网络'));
});
