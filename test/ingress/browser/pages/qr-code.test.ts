import { setFlagsFromString } from 'node:v8';
import test from 'ava';
import { createQrCodes } from '#ingress/browser/pages/qr-code.ts';

test('a link is drawn as a picture, the same link the same way', async (t) => {
  const qrCodeOf = createQrCodes();
  const first = await qrCodeOf('https://login.example/wechatTransfer?ent_id=acme');
  t.regex(first ?? '', /^<svg /);
  t.is(await qrCodeOf('https://login.example/wechatTransfer?ent_id=acme'), first);
  t.not(await qrCodeOf('https://login.example/wechatTransfer?ent_id=other'), first);
});

test('a picture that is remembered is one piece of text, not its hundreds of parts', async (t) => {
  setFlagsFromString('--allow-natives-syntax');
  const isFlat = new Function('text', 'return %StringIsFlat(text)') as (text: string) => boolean;
  t.false(isFlat(Array.from('a text in parts').reduce((text, part) => `${text}${part}`)));
  t.true(isFlat((await createQrCodes()('https://login.example/q/1')) ?? ''));
});

test('a link that would make a code nobody can scan is not drawn', async (t) => {
  const qrCodeOf = createQrCodes();
  t.truthy(await qrCodeOf(`https://login.example/${'x'.repeat(678)}`));
  t.is(await qrCodeOf(`https://login.example/${'x'.repeat(679)}`), undefined);
  t.is(await qrCodeOf(`https://login.example/${'x'.repeat(9_000)}`), undefined);
});

const manyLinks = Array.from(
  { length: 250 },
  (_, n) => `https://login.example/wechatTransfer?ent_id=acme&target=/${n}`,
);

test('of many new links at once few are drawn, and who comes beyond them does not wait', async (t) => {
  const qrCodeOf = createQrCodes({ perSecond: 5 });
  const known = await qrCodeOf('https://login.example/wechatTransfer?ent_id=acme');
  const pictures = await Promise.all(manyLinks.map(qrCodeOf));
  t.is(pictures.filter(Boolean).length, 4);
  t.is(await qrCodeOf('https://login.example/wechatTransfer?ent_id=acme'), known);
});

test('a link that many want at once is drawn once', async (t) => {
  const qrCodeOf = createQrCodes({ perSecond: 1 });
  const pictures = await Promise.all(manyLinks.map(() => qrCodeOf('https://login.example/x')));
  t.is(new Set(pictures).size, 1);
  t.regex(pictures[0] ?? '', /^<svg /);
});

test('other work is done between two drawings', async (t) => {
  const qrCodeOf = createQrCodes({ perSecond: 100 });
  const done: string[] = [];
  const drawing = Promise.all(
    manyLinks.slice(0, 3).map(async (link, n) => {
      await qrCodeOf(link);
      done.push(`picture ${n}`);
    }),
  );
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    done.push('other work');
  }
  await drawing;
  t.true(done.indexOf('other work') < done.indexOf('picture 2'), done.join());
});
