import { randomBytes } from 'node:crypto';
import test from 'ava';
import { createSealer, UnsealError } from '#models/sealing.ts';
import { digest, sameDigest } from '#operations/digest.ts';

const newKey = (kid: string) => ({ kid, key: randomBytes(32) });
const key = newKey('k1');
const sealer = createSealer([key]);
const text = 'the secret of 小明 😀';
const place = 'account:wx1';
const blob = sealer.seal(text, place);

/** As release 0.2.0 seals. */
const before = createSealer([key], { format: () => 2 });
const blobBefore = before.seal(text, place);

/** The blob with its bytes changed. */
function altered(change: (bytes: Buffer) => Buffer, one = blob): string {
  const at = one.lastIndexOf('.') + 1;
  return one.slice(0, at) + change(Buffer.from(one.slice(at), 'base64url')).toString('base64url');
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
  t.regex(blob, /^3\.XC20P\.k1\.[\w-]+$/);
  t.false(Buffer.from(blob.slice(blob.lastIndexOf('.') + 1), 'base64url').includes('secret'));
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
test(closed, 'a blob with an altered text', altered(flip(24)), place);
test(closed, 'a blob with an altered tag', altered(flip(-1)), place);
test(closed, 'a blob whose tag is cut short', altered(cutTo(-4)), place);
test(closed, 'a blob shorter than nonce and tag', altered(cutTo(20)), place);
test(closed, 'a blob with nothing but its nonce', altered(cutTo(24)), place);
test(closed, 'a blob with nothing after its key id', '3.XC20P.k1.', place);
test(closed, 'a blob of another format', blob.replace(/^3/, '4'), place);
test(closed, 'a blob that claims to be of the format before', blob.replace('3.XC20P', '2.A256GCM'), place);
test(
  closed,
  'one of the format before that claims to be of this',
  blobBefore.replace('2.A256GCM', '3.XC20P'),
  place,
);
test(closed, 'one of the format before in another place', blobBefore, 'account:wx2');
test(closed, 'one of the format before with an altered text', altered(flip(12), blobBefore), place);
test(closed, 'one of the format before whose tag is cut short', altered(cutTo(-4), blobBefore), place);
test(closed, 'a blob of an algorithm we do not have', blob.replace('XC20P', 'C20P'), place);
test(closed, 'a blob that claims to be of the first format', blob.replace('3.XC20P.', ''), place);
test(closed, 'a blob of an unknown key', blob.replace('k1', 'k9'), place);
test(closed, 'a blob of another key with the same id', createSealer([newKey('k1')]).seal(text, place), place);
test(closed, 'a text without a key id', blob.slice(blob.lastIndexOf('.') + 1), place);
test(closed, 'an empty text', '', place);

test('after a rotation old blobs open, and are told from current ones', (t) => {
  const rotated = createSealer([newKey('k2'), key]);
  t.is(rotated.open(blob, place), text);
  t.false(rotated.isCurrent(blob));
  const renewed = rotated.seal(text, place);
  t.true(rotated.isCurrent(renewed));
  t.regex(renewed, /^3\.XC20P\.k2\./);
  t.throws(() => sealer.open(renewed, place), { instanceOf: UnsealError });
});

test('a key id that begins like the first one’s is not the first one', (t) => {
  t.false(sealer.isCurrent(blob.replace('k1', 'k11')));
});

/** As release 0.1.0 seals: one key for everything, and no word of the algorithm. */
const old = createSealer([key], { format: () => 1 });

test('beside release 0.1.0 its format is written, and read by everybody', (t) => {
  const legacy = old.seal(text, place);
  t.regex(legacy, /^k1\.[\w-]+$/);
  t.is(sealer.open(legacy, place), text);
  t.is(old.open(blob, place), text);
  t.false(sealer.isCurrent(legacy));
  t.throws(() => sealer.open(legacy, 'account:wx2'), { instanceOf: UnsealError });
});

test('beside release 0.2.0 its format is written, and read by everybody', (t) => {
  t.regex(blobBefore, /^2\.A256GCM\.k1\.[\w-]+$/);
  t.is(sealer.open(blobBefore, place), text);
  t.is(before.open(blob, place), text);
  t.false(sealer.isCurrent(blobBefore));
  t.regex(before.seal(text, 'login:1:held:browser', null), /^2\.A256GCM\./);
});

test('what release 0.1.0 calls otherwise, or never reads, is sealed accordingly', (t) => {
  const browser = 'login:1:outcome:browser';
  const legacy = old.seal(text, browser, 'login:1:outcome');
  t.is(sealer.open(legacy, browser, 'login:1:outcome'), text);
  t.regex(old.seal(text, 'login:1:held:browser', null), /^2\.A256GCM\./);
  t.throws(() => sealer.open(legacy, browser, null), { instanceOf: UnsealError });
});

test('a blob that release 0.1.0 made opens', (t) => {
  const fixed = createSealer([{ kid: 'k1', key: Buffer.alloc(32, 1) }]);
  const made = 'k1.CZVGQZJHVaMH-VdVDC7AHgQnR3_a9tVVNTQ6-BscUZy4nsI_MA4Qw1ku5YhRe_Nt5us-';
  t.is(fixed.open(made, 'account:wx1'), 'secret of release 0.1.0');
});

test('a blob that release 0.2.0 made opens', (t) => {
  const fixed = createSealer([{ kid: 'k1', key: Buffer.alloc(32, 1) }]);
  const made = '2.A256GCM.k1.bm7wRKUjZwFodkW63IUXVrb1TlbIO2pUwMTFXuXkesIfelgPi_py6PhYY1d4hS-3s7_t';
  t.is(fixed.open(made, 'account:wx1'), 'secret of release 0.2.0');
});

test('each purpose has a key of its own, whoever the value belongs to', (t) => {
  const names = ['login:code', 'login:token', 'account'].map((purpose) => sealer.pseudonym('value', purpose));
  t.is(new Set(names).size, 3);
  t.is(sealer.pseudonym('value', 'account'), names[2] ?? '');
  t.regex(names[0] ?? '', /^[\w-]{22}$/);
  t.not(createSealer([newKey('k1')]).pseudonym('value', 'account'), names[2] ?? '');
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
