import test from 'ava';
import { isAllowedTarget } from '#ingress/check-target.ts';

const prefixes = ['/chat/', 'https://kf.example/app/', 'https://shop.example'];

const allowed = test.macro({
  exec(t, target: string) {
    t.true(isAllowedTarget(target, prefixes));
  },
  title: (_, target: string) => `${JSON.stringify(target)} is allowed`,
});
test(allowed, '/chat/');
test(allowed, '/chat/7?a=b&c=//d#e');
test(allowed, '/chat/小明');
test(allowed, '/chat/a..b/.c/...');
test(allowed, '/chat/a%2Fb;c=d');
test(allowed, 'https://kf.example/app/');
test(allowed, 'https://kf.example/app/7?a=..');
test(allowed, 'https://kf.example:443/app/');
test(allowed, 'https://shop.example');
test(allowed, 'https://shop.example/anything?x');

const evil = test.macro({
  exec(t, target: string) {
    t.false(isAllowedTarget(target, prefixes));
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

test('an enterprise without prefixes allows no target', (t) => {
  for (const target of ['/', '/chat/', 'https://kf.example/']) t.false(isAllowedTarget(target, []));
});

test('a prefix may end in the middle of a query', (t) => {
  const [prefix] = ['https://kf.example/go?tenant=acme'];
  t.true(isAllowedTarget('https://kf.example/go?tenant=acme&x=1', [prefix]));
  t.false(isAllowedTarget('https://kf.example/go?tenant=other', [prefix]));
});
