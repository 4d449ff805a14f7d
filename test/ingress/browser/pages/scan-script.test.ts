import test from 'ava';
import { compilePageScript } from '#bench/pages/run-page-script.ts';
import { readAssets } from '#ingress/browser/pages/assets.ts';
import { until } from '#test/support/until.ts';

const { scanScript } = readAssets();

/** The desktop's page, whose server answers these, one after the other, and then nothing any more. */
function runScript(...answers: { status: number; body?: object }[]) {
  const seen = { asked: 0, left: '' };
  compilePageScript(scanScript)({
    dataset: { scan: 's1', startUrl: '/wechatTransfer?ent_id=e', view: '{"status":"waiting"}' },
    fetch() {
      const answer = answers[seen.asked];
      seen.asked += 1;
      if (answer === undefined) return new Promise(() => {});
      const { status, body } = answer;
      const json = async () => body ?? JSON.parse('<html>');
      return Promise.resolve({ status, ok: status === 200, headers: new Headers(), json });
    },
    leave(url) {
      seen.left = url;
    },
  });
  return { seen, left: () => until(() => seen.left) };
}

const ended = { status: 200, body: { status: 'ready', location: 'https://host.example/' } };

test('a server that knows no scans, as of a release before, stops no page: it asks again, and another answers', async (t) => {
  const old = { status: 404, body: { error: 'not_found' } };
  const { seen, left } = runScript(old, old, ended);
  t.is(await left(), 'https://host.example/');
  t.is(seen.asked, 3);
});

test('a 404 that is no JSON stops none either', async (t) => {
  const { left } = runScript({ status: 404 }, ended);
  t.is(await left(), 'https://host.example/');
});

test('a scan that the server lost begins anew', async (t) => {
  const { seen, left } = runScript({ status: 404, body: { error: 'unknown_scan' } }, ended);
  t.is(await left(), '/wechatTransfer?ent_id=e');
  t.is(seen.asked, 1);
});

test.serial('a page that heard nothing for as long as a scan can live asks no more', async (t) => {
  const now = Date.now;
  t.teardown(() => {
    Date.now = now;
  });
  const away = { status: 404 };
  const stale = runScript(away, away, away);
  // Its first question is asked in a moment: a quarter of an hour after it was drawn, as of a computer that slept.
  Date.now = () => now() + 901_000;
  const awake = runScript(away, away, away);
  await until(() => awake.seen.asked === 3);
  t.is(stale.seen.asked, 1);
});
