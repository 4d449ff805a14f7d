import test from 'ava';
import { createQrCodes } from '#ingress/qr-code.ts';

test('a link is drawn as a picture, the same link the same way', async (t) => {
  const qrCodeOf = createQrCodes();
  const first = await qrCodeOf('https://login.example/wechatTransfer?ent_id=acme');
  t.regex(first ?? '', /^<svg /);
  t.is(await qrCodeOf('https://login.example/wechatTransfer?ent_id=acme'), first);
  t.not(await qrCodeOf('https://login.example/wechatTransfer?ent_id=other'), first);
});

test('a link that would make a code nobody can scan is not drawn', async (t) => {
  const qrCodeOf = createQrCodes();
  t.truthy(await qrCodeOf(`https://login.example/${'x'.repeat(678)}`));
  t.is(await qrCodeOf(`https://login.example/${'x'.repeat(679)}`), undefined);
  t.is(await qrCodeOf(`https://login.example/${'x'.repeat(9_000)}`), undefined);
});
