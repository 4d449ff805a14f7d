import test from 'ava';
import { errorBody } from '#simulator/sns-errors.ts';
import { seenAddress } from '#wechat/api/seen-address.ts';

const said = (errmsg: unknown, errcode = 40_164) => seenAddress(errcode, { errcode, errmsg });

test('the address that WeChat refused is read of 40164, in the forms that were seen, and nothing else', (t) => {
  t.is(
    said('invalid ip 192.0.2.7 ipv6 ::ffff:192.0.2.7, not in whitelist rid: 6aa2f516-18f315ad-4be915b8'),
    '192.0.2.7',
  );
  t.is(said('invalid ip 192.0.2.7, not in whitelist hint: [AbC]'), '192.0.2.7');
  t.is(said('invalid ip 2001:db8::7 ipv6 2001:db8::7, not in whitelist'), '2001:db8::7');
  t.is(said('invalid ip, not in whitelist'), undefined);
  t.is(said('invalid ip canary, not in whitelist'), undefined);
  t.is(said('invalid ip 1.2.3.4.5 ipv6, not in whitelist'), undefined);
  t.is(said(`invalid ip ${'1'.repeat(60)} , not in whitelist`), undefined);
  t.is(said('see invalid ip 192.0.2.7, not in whitelist'), undefined);
  t.is(said(undefined), undefined);
  t.is(said('invalid ip 192.0.2.7, not in whitelist', 40_125), undefined);
});

test('the simulated WeChat says whom it saw as WeChat does', (t) => {
  const of = (address: string) => seenAddress(40_164, JSON.parse(errorBody(40_164, 0, { address })));
  t.is(of('::ffff:192.0.2.7'), '192.0.2.7');
  t.is(of('2001:db8::7'), '2001:db8::7');
});
