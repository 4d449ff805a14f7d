import type { IncomingMessage } from 'node:http';
import test from 'ava';
import { createClientAddress, neighbourhoodOf, parseNetwork } from '#operations/client-address.ts';

const networks = (list: string) => list.split(',').flatMap((text) => parseNetwork(text) ?? []);

const reads = test.macro<[string, string, string, string | undefined, string]>({
  exec(t, _title, trusted, remoteAddress, forwarded, expected) {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    const request = { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
    t.is(createClientAddress(networks(trusted))(request), expected);
  },
  title: (_, title) => title,
});

const proxy = '10.0.0.0/8,::1';
test(
  reads,
  'without a trusted proxy the header counts for nothing',
  '',
  '10.1.1.1',
  '203.0.113.9',
  '10.1.1.1',
);
test(reads, 'a stranger’s header counts for nothing', proxy, '203.0.113.9', '198.51.100.1', '203.0.113.9');
test(reads, 'a trusted proxy is believed', proxy, '10.1.1.1', '203.0.113.9', '203.0.113.9');
test(
  reads,
  'what the client wrote before it is not',
  proxy,
  '10.1.1.1',
  '198.51.100.1, 203.0.113.9',
  '203.0.113.9',
);
test(
  reads,
  'a row of trusted proxies is walked along',
  proxy,
  '::1',
  '203.0.113.9, 10.2.2.2,10.1.1.1',
  '203.0.113.9',
);
test(reads, 'where all are trusted the first one counts', proxy, '::1', '10.2.2.2,10.1.1.1', '10.2.2.2');
test(
  reads,
  'a name that is no address is not believed',
  proxy,
  '10.1.1.1',
  '203.0.113.9, unknown',
  '10.1.1.1',
);
test(reads, 'an address with a port is no address', proxy, '10.1.1.1', '203.0.113.9:80', '10.1.1.1');
test(reads, 'an empty header says nothing', proxy, '10.1.1.1', '', '10.1.1.1');
test(reads, 'nor does a missing one', proxy, '10.1.1.1', undefined, '10.1.1.1');
test(reads, 'IPv4 within IPv6 is IPv4', proxy, '::ffff:10.1.1.1', '::ffff:203.0.113.9', '203.0.113.9');
test(
  reads,
  'a list without end is read to its tenth entry',
  proxy,
  '::1',
  `${'10.1.1.1,'.repeat(99)}::1`,
  '10.1.1.1',
);

test('networks are addresses, or addresses and a length that fits', (t) => {
  t.deepEqual(parseNetwork('10.0.0.0/8'), { address: '10.0.0.0', prefix: 8 });
  t.deepEqual(parseNetwork('127.0.0.1'), { address: '127.0.0.1', prefix: 32 });
  t.deepEqual(parseNetwork('fd00::/8'), { address: 'fd00::', prefix: 8 });
  for (const text of [
    '',
    'proxy',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/x',
    '10.0.0.0/8/8',
    '::1/129',
    '10.0.0/8',
  ]) {
    t.is(parseNetwork(text), undefined, text);
  }
});

test('addresses of one IPv6 household count as one', (t) => {
  t.is(neighbourhoodOf('203.0.113.9'), '203.0.113.9');
  t.is(neighbourhoodOf('2001:db8:0:1::1'), '2001:db8:0:1::/64');
  t.is(neighbourhoodOf('2001:DB8::1:9:8:7:6'), '2001:db8:0:1::/64');
  t.is(neighbourhoodOf('2001:db8:0:1:9:8:7:6'), '2001:db8:0:1::/64');
  t.not(neighbourhoodOf('2001:db8:0:2::1'), neighbourhoodOf('2001:db8:0:1::1'));
  t.is(neighbourhoodOf('::1'), '0:0:0:0::/64');
});
