import test from 'ava';
import { request } from 'undici';
import { sharedService } from './shared-service.ts';

const service = await sharedService({ workers: 0 });
const hasQrCode = (page: string) => page.includes('class="qr"');
const phone = 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Firefox/140.0';

test('a target that makes a link too long for a QR code still gets its page', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person({ userAgent: phone });
  const query = new URLSearchParams({ ent_id: entId, target: `/chat/${'小明'.repeat(28)}` });
  const answer = await person.visit(`/wechatTransfer?${query}`);
  t.is(answer.status, 200);
  t.false(hasQrCode(answer.text));
  t.true(answer.text.includes(`target=${encodeURIComponent(`/chat/${encodeURIComponent('小明')}`)}`));
  t.regex(answer.text, /browser=any/);
});

test('a method that nobody knows is no fault of ours', async (t) => {
  for (const path of [
    '/wechatTransfer',
    '/wechat/callback',
    '/logins/1/status',
    '/v1/bindings',
    '/nothing',
  ]) {
    for (const method of ['PROPFIND', 'MKCOL', 'PURGE', 'PATCH', 'OPTIONS']) {
      const { statusCode, body } = await request(`${service.ingresses[0]?.url}${path}`, {
        method: method as 'PATCH',
      });
      await body.dump();
      t.true(statusCode < 500, `${method} ${path}: ${statusCode}`);
    }
  }
});

test('the Host and the forwarding headers of a request change no address that it is sent to', async (t) => {
  const { entId } = await service.seedEnterprise();
  const headers = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    forwarded: 'host=evil.example',
  };
  const { location } = await service.person().visit(`/wechatTransfer?ent_id=${entId}`, { headers });
  t.is(new URL(location).searchParams.get('redirect_uri'), `${service.publicUrl}/wechat/callback`);
  t.false(location.includes('evil'));
});

test('no path leads out of the dashboard’s folder', async (t) => {
  const [ingress] = service.ingresses;
  const headers = { authorization: `Bearer ${service.adminToken}` };
  for (const path of ['../../package.json', '%2e%2e/%2e%2e/package.json', '..%2f..%2fpackage.json', '%']) {
    const { statusCode, body } = await request(`${ingress?.adminUrl}/queues/static/${path}`, { headers });
    const text = await body.text();
    t.true(statusCode >= 400 && statusCode < 500, `${path}: ${statusCode}`);
    t.false(text.includes('dependencies'));
  }
});

test('an enterprise’s name is shown, never run', async (t) => {
  const { entId } = await service.seedEnterprise({ name: '<script>alert(1)</script>"\'&' });
  const { text } = await service.person({ userAgent: phone }).visit(`/wechatTransfer?ent_id=${entId}`);
  t.false(/<script>alert/.test(text));
  t.true(text.includes('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;'));
});

test('unknown and foreign logins are answered alike to the byte', async (t) => {
  const { entId } = await service.seedEnterprise();
  const [owner, other] = [service.person(), service.person()];
  await owner.start(entId);
  await other.start(entId);
  const unknown = '00'.padEnd(34, 'f');
  for (const path of ['', '/status', '/status?wait=25']) {
    const [mine, nobodys] = await Promise.all(
      [owner.loginId, unknown].map((id) => other.visit(`/logins/${id}${path}`)),
    );
    t.is(mine?.status, 404);
    const without = ({ 'x-request-id': _id, date: _date, ...rest }: Record<string, unknown>) => rest;
    t.deepEqual(without(mine?.headers ?? {}), without(nobodys?.headers ?? {}));
    t.is(mine?.text, nobodys?.text);
  }
});

test('any other lang counts as none: the same page, with the same QR code', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person({ userAgent: phone });
  const plain = await person.visit(`/wechatTransfer?ent_id=${entId}`);
  t.true(hasQrCode(plain.text));
  for (const lang of ['xx', 'zh', 'EN', '', 'x'.repeat(1_500), '<b>']) {
    const answer = await person.visit(`/wechatTransfer?${new URLSearchParams({ ent_id: entId, lang })}`);
    t.is(answer.status, 200, lang);
    t.is(answer.text, plain.text, lang);
  }
});

test('strangers who make up links get pages without a QR code, and the plain link keeps its own', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person({ userAgent: phone });
  const pages = await Promise.all(
    Array.from({ length: 100 }, (_, n) => person.visit(`/wechatTransfer?ent_id=${entId}&target=/chat/${n}`)),
  );
  const drawn = pages.filter(({ text }) => hasQrCode(text)).length;
  t.deepEqual([...new Set(pages.map(({ status }) => status))], [200]);
  t.true(pages.every(({ text }, n) => text.includes(`target=%2Fchat%2F${n}`)));
  t.true(drawn < pages.length, `${drawn} were drawn`);
  const plain = await person.visit(`/wechatTransfer?ent_id=${entId}`);
  t.true(hasQrCode(plain.text));
});
