import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** For a page with a field named `url`, whose `data-none` says that a picture has no code: the link in a picture of a QR code that is pasted, such as one of the screen, goes there. */
export const qrReader = `
import decodeQR from './qr/decode.js';
const link = document.querySelector('input[name=url]');
addEventListener('paste', async ({ clipboardData }) => {
  const picture = [...clipboardData.files].find(({ type }) => type.startsWith('image/'));
  if (!picture) return;
  const bitmap = await createImageBitmap(picture);
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  context.drawImage(bitmap, 0, 0);
  try {
    link.value = decodeQR(context.getImageData(0, 0, width, height));
  } catch {
    link.value = '';
    link.placeholder = link.dataset.none;
  }
});`;

const modules = new Map([
  ['/qr/decode.js', 'qr/decode.js'],
  ['/qr/index.js', 'qr'],
]);

/** The library of this page's script; undefined for any other path. */
export async function readQrModule(path: string): Promise<string | undefined> {
  const name = modules.get(path);
  return name === undefined ? undefined : readFile(fileURLToPath(import.meta.resolve(name)), 'utf8');
}
