import test from 'ava';
import { startPath } from '#ingress/browser/start-path.ts';

test('the link holds what is known, encoded', (t) => {
  t.is(startPath({ entId: 'acme' }), '/wechatTransfer?ent_id=acme');
  t.is(startPath({ entId: 'acme', target: '', lang: undefined }), '/wechatTransfer?ent_id=acme');
  t.is(
    startPath({ entId: 'acme', target: '/chat/7?a=b&c', lang: 'en' }),
    '/wechatTransfer?ent_id=acme&target=%2Fchat%2F7%3Fa%3Db%26c&lang=en',
  );
});
