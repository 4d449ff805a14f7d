import test from 'ava';
import { checkTarget } from '#ingress/browser/check-target.ts';

const prefixes = ['/chat/', 'https://kf.example/app/', 'https://shop.example'];

const allowed = test.macro({
  exec(t, target: string) {
    t.truthy(checkTarget(target, prefixes));
  },
  title: (_, target: string) => `${JSON.stringify(target)} is allowed`,
});
test(allowed, '/chat/');
test(allowed, '/chat/7?a=b&c=//d#e');
test(allowed, '/chat/小明');
test(allowed, '/chat/a..b/.c/...');
test(allowed, '/chat/a%2Fb;c=d');
test(allowed, '/chat/what%3F%23');
test(allowed, '/chat/100%25');
test(allowed, '/chat/100%25/客户');
test(allowed, '/chat/50%25-off?x=1');
test(allowed, 'https://kf.example/app/100%25');
test(allowed, '/chat/?back=%2F..%2F%3Fa%2F..%2Fb#../%2e%2e/c');
test(allowed, 'https://kf.example/app/');
test(allowed, 'https://kf.example/app/7?a=..');
test(allowed, 'https://kf.example:443/app/');
test(allowed, 'https://shop.example');
test(allowed, 'https://shop.example/anything?x');

const evil = test.macro({
  exec(t, target: string) {
    t.falsy(checkTarget(target, prefixes));
  },
  title: (_, target: string) => `${JSON.stringify(target.slice(0, 60))} is not allowed`,
});
test(evil, '');
test(evil, '/');
test(evil, '/chat');
test(evil, '/chatter/');
test(evil, 'chat/');
test(evil, '/CHAT/');
test(evil, '//evil.example/chat/');
test(evil, '///evil.example');
test(evil, '/\\evil.example');
test(evil, '\\\\evil.example');
test(evil, '/chat/\\..\\admin');
test(evil, ' //evil.example');
test(evil, '\t/chat/');
test(evil, '/chat/\r\nSet-Cookie: a=b');
test(evil, '/chat/\u0000');
test(evil, '/chat/\u0085');
test(evil, '/chat/\u2028');
test(evil, '/chat/../admin');
test(evil, '/chat/..');
test(evil, '/chat/./x');
test(evil, '/chat/%2e%2e/admin');
test(evil, '/chat/%2E./admin');
test(evil, '/chat/.%2e');
test(evil, '/chat/..%2fadmin');
test(evil, '/chat/x%2F..%2F..%2Fadmin');
test(evil, '/chat/..%5cadmin');
test(evil, '/chat/..;/admin');
test(evil, `/chat/${'a'.repeat(1024)}`);
test(evil, 'https://kf.example');
test(evil, 'https://kf.example/');
test(evil, 'https://kf.example/application');
test(evil, 'https://kf.example/app/../admin');
test(evil, 'https://kf.example/app/%2e%2e/admin');
test(evil, 'https://kf.example.evil/app/');
test(evil, 'https://kf.example@evil.example/app/');
test(evil, 'https://user@kf.example/app/');
test(evil, 'https://user:password@kf.example/app/');
test(evil, 'https://kf.example:444/app/');
test(evil, 'http://kf.example/app/');
test(evil, 'https:/kf.example/app/');
test(evil, 'https:kf.example/app/');
test(evil, 'https:///kf.example/app/');
test(evil, 'https://shop.example.evil/');
test(evil, 'https://shop.example@evil.example/');
test(evil, 'https://shop.examplee/');
test(evil, 'javascript:alert(1)//https://kf.example/app/');
test(evil, 'data:text/html,/chat/');
test(evil, 'ftp://kf.example/app/');
test(evil, 'weixin://dl/business');

test(evil, '/chat/%5cevil.example');
test(evil, '/chat/a%0d%0aX:y');
test(evil, '/chat/a%250d%250aX:y');
test(evil, '/chat/a?x=%0d%0aX:y');
test(evil, '/chat/\u560d\u560aX:y');
test(evil, '/chat/%e5%98%8d%e5%98%8aX:y');
test(evil, '/chat/x\uff0f..\uff0fadmin');
test(evil, '/chat/\uff0e\uff0e/admin');
test(evil, '/chat/%ef%bc%8e%ef%bc%8e/admin');
test(evil, '/chat/\uff3c..\uff3cadmin');
test(evil, '/chat/%252e%252e/admin');
test(evil, '/chat/%2525252e%2525252e/admin');
test(evil, '/chat/100%');
test(evil, '/chat/%ff');
test(evil, 'https://kf.example/app/%5c%5cevil.example');
// A percent sign is one only where nobody who decodes again finds an escape in what follows it.
test(evil, '/chat/%252e%252e%252fadmin');
test(evil, '/chat/..%252fadmin');
test(evil, '/chat/..%25252fadmin');
test(evil, '/chat/%25%32%65%25%32%65/admin');
test(evil, '/chat/%%32%65%%32%65/admin');
test(evil, '/chat/%25u002e%25u002e/admin');
test(evil, '/chat/%25c0%25ae%25c0%25ae/admin');
test(evil, '/chat/%25\uff12\uff45%25\uff12\uff45/admin');
test(evil, '/chat/\uff052e\uff052e/admin');
test(evil, '/chat/\ufe6a2e\ufe6a2e/admin');
test(evil, '/chat/%25ff');
test(evil, '/chat/100%25%');
test(evil, '/chat/100%25/%zz');
// A server that decodes before it takes the path apart: the mark is a part of a name, and the dots are not.
test(evil, '/chat/x%3f/..%2f..%2fadmin');
test(evil, '/chat/x%23/..%2f..%2fadmin');
test(evil, '/chat/x%253f/..%252f..%252fadmin');
test(evil, 'https://kf.example/app/x%3f/..%2f..%2fadmin');

const anywhere = test.macro({
  exec(t, target: string) {
    t.is(checkTarget(target, ['/']), undefined);
  },
  title: (_, target: string) => `not even ${JSON.stringify(target)} is allowed by the prefix /`,
});
for (const separator of [
  '/',
  '\\',
  '%2f',
  '%5c',
  '%2F',
  '%252f',
  '\uff0f',
  '\uff3c',
  '%ef%bc%8f',
  '%EF%BC%BC',
]) {
  test(anywhere, `/${separator}evil.example`);
}
test(anywhere, '/\t/evil.example');
test(anywhere, '/a%0d%0aX:y');

test('a prefix ends at a segment', (t) => {
  const allows = (prefix: string, target: string) => checkTarget(target, [prefix]) !== undefined;
  for (const [prefix, origin] of [
    ['/app', ''],
    ['https://kf.example/app', 'https://kf.example'],
  ] as const) {
    for (const rest of ['', '/', '/x', '?x', '#x']) t.true(allows(prefix, `${origin}/app${rest}`), rest);
    for (const rest of ['.evil/', 'lication', '-x', '%2ex', ';x'])
      t.false(allows(prefix, `${origin}/app${rest}`), rest);
  }
});

test('what is handed on is the address as a browser would ask for it', (t) => {
  t.is(checkTarget('/chat/小明?a=b c'.replace(' ', '+'), prefixes), '/chat/%E5%B0%8F%E6%98%8E?a=b+c');
  t.is(checkTarget('HTTPS://KF.example:443/app/#x', prefixes), 'https://kf.example/app/#x');
});

test('an enterprise without prefixes allows no target', (t) => {
  for (const target of ['/', '/chat/', 'https://kf.example/']) t.falsy(checkTarget(target, []));
});

test('a prefix may end in the middle of a query', (t) => {
  const [prefix] = ['https://kf.example/go?tenant=acme'];
  t.truthy(checkTarget('https://kf.example/go?tenant=acme&x=1', [prefix]));
  t.falsy(checkTarget('https://kf.example/go?tenant=other', [prefix]));
});

test('its length is that of the address that is handed on, so that a link made of it is allowed, too', (t) => {
  const chinese = (count: number) => checkTarget(`/chat/${'小'.repeat(count)}`, ['/chat/']);
  const longest = chinese(56) ?? '';
  t.true(longest.length <= 512);
  t.is(chinese(57), undefined);
  t.is(checkTarget(longest, ['/chat/']), longest);
});
