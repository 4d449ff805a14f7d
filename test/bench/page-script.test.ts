import test from 'ava';
import pWaitFor from 'p-wait-for';
import { compilePageScript, readPage } from '#bench/pages/run-page-script.ts';
import { readAssets } from '#ingress/browser/pages/assets.ts';

const html =
  '<main id="login" data-status-url="/logins/1/status" data-start-url="/wechatTransfer?ent_id=e&amp;lang=en" data-waited-ms="0" data-ask-after-ms="60000" data-view="{&quot;status&quot;:&quot;pending&quot;}"><script>go(1 < 2);</script>';
const view = { status: 'ready', location: 'https://host.example/' };
const { waitingScript } = readAssets();

test('a page is read as a browser reads it', (t) => {
  const read = {
    dataset: {
      statusUrl: '/logins/1/status',
      startUrl: '/wechatTransfer?ent_id=e&lang=en',
      waitedMs: '0',
      askAfterMs: '60000',
      view: '{"status":"pending"}',
    },
    script: 'go(1 < 2);',
  };
  t.deepEqual(readPage(html), { ...read, endView: undefined });
  const end = '<i id="end" hidden data-view="{&quot;status&quot;:&quot;ready&quot;}"></i>';
  t.deepEqual(readPage(html + end), { ...read, endView: '{"status":"ready"}' });
});

/** The page's own script on a page that is still open. */
function runScript() {
  const seen = { asked: [] as string[], left: '' };
  const whole = compilePageScript(waitingScript)({
    dataset: readPage(html).dataset,
    async fetch(url) {
      seen.asked.push(url);
      return { status: 200, ok: true, headers: new Headers(), json: async () => view };
    },
    leave(url) {
      seen.left = url;
    },
  });
  return { seen, whole, left: () => pWaitFor(() => seen.left !== '', { timeout: 10_000 }) };
}

test("the page's own script asks when the page has ended without a word, and leaves for where it is led", async (t) => {
  const { seen, whole, left } = runScript();
  t.deepEqual(seen.asked, []);
  whole(undefined);
  await left();
  t.is(seen.left, view.location);
  t.deepEqual(seen.asked, ['/logins/1/status?wait=25&told=']);
});

test('it asks nothing when the end of the page says where to go', async (t) => {
  const { seen, whole, left } = runScript();
  whole(JSON.stringify(view));
  await left();
  t.is(seen.left, view.location);
  t.deepEqual(seen.asked, []);
});
