import { randomBytes } from 'node:crypto';
import test from 'ava';
import { createSealer, digest, sameDigest, UnsealError } from '#models/sealing.ts';

const newKey = (kid: string) => ({ kid, key: randomBytes(32) });
const key = newKey('k1');
const sealer = createSealer([key]);
const text = 'the secret of 小明 😀';
const place = 'account:wx1';
const blob = sealer.seal(text, place);

/** The blob with its bytes changed. */
function altered(change: (bytes: Buffer) => Buffer): string {
  const [kid = '', encoded = ''] = blob.split('.');
  return `${kid}.${change(Buffer.from(encoded, 'base64url')).toString('base64url')}`;
}
const cutTo = (end: number) => (bytes: Buffer) => bytes.subarray(0, end);
const flip = (at: number) => (bytes: Buffer) => {
  const offset = at < 0 ? bytes.length + at : at;
  bytes.writeUInt8(bytes.readUInt8(offset) ^ 1, offset);
  return bytes;
};

test('what was sealed opens in its place', (t) => {
  t.is(sealer.open(blob, place), text);
  t.is(sealer.open(sealer.seal('', place), place), '');
});

test('a blob names its key and shows nothing of the text', (t) => {
  t.regex(blob, /^k1\.[\w-]+$/);
  t.false(Buffer.from(blob.slice(3), 'base64url').includes('secret'));
});

test('the same text is never sealed to the same blob twice', (t) => {
  const blobs = Array.from({ length: 100 }, () => sealer.seal(text, place));
  t.is(new Set(blobs).size, 100);
});

const closed = test.macro({
  exec(t, _what: string, value: string, where: string) {
    const error = t.throws(() => sealer.open(value, where), { instanceOf: UnsealError });
    t.notRegex(`${error?.message}${error?.stack}`, /secret of/);
  },
  title: (_, what) => `${what} does not open`,
});
test(closed, 'a blob in another place', blob, 'account:wx2');
test(closed, 'a blob with an altered nonce', altered(flip(0)), place);
test(closed, 'a blob with an altered text', altered(flip(12)), place);
test(closed, 'a blob with an altered tag', altered(flip(-1)), place);
test(closed, 'a blob whose tag is cut short', altered(cutTo(-4)), place);
test(closed, 'a blob shorter than nonce and tag', altered(cutTo(20)), place);
test(closed, 'a blob with nothing after its key id', 'k1.', place);
test(closed, 'a blob of an unknown key', blob.replace('k1', 'k9'), place);
test(closed, 'a blob of another key with the same id', createSealer([newKey('k1')]).seal(text, place), place);
test(closed, 'a text without a key id', blob.slice(3), place);
test(closed, 'an empty text', '', place);

test('after a rotation old blobs open, and are told from current ones', (t) => {
  const rotated = createSealer([newKey('k2'), key]);
  t.is(rotated.open(blob, place), text);
  t.false(rotated.isCurrent(blob));
  const renewed = rotated.seal(text, place);
  t.true(rotated.isCurrent(renewed));
  t.regex(renewed, /^k2\./);
  t.throws(() => sealer.open(renewed, place), { instanceOf: UnsealError });
});

test('a key id that begins like the first one’s is not the first one', (t) => {
  t.false(sealer.isCurrent(`k11.${blob.slice(3)}`));
});

test('a sealer without a key cannot be made', (t) => {
  t.throws(() => createSealer([]), { instanceOf: TypeError });
});

test('digests agree for equal values only, also when their lengths differ', (t) => {
  t.true(sameDigest(digest('a'), digest('a')));
  t.false(sameDigest(digest('a'), digest('b')));
  t.false(sameDigest(digest('a'), ''));
  t.regex(digest('a'), /^[\w-]{43}$/);
});
