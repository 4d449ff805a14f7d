import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import pWaitFor from 'p-wait-for';
import { compilePageScript, readPage } from '#bench/pages/run-page-script.ts';
import { thisCheckout } from '#bench/subjects/checkout.ts';

const html =
  '<script src="/assets/waiting.js" defer></script>\n<main id="login" data-status-url="/logins/1/status" data-start-url="/wechatTransfer?ent_id=e&amp;lang=en" data-waited-ms="0" data-view="{&quot;status&quot;:&quot;pending&quot;}">';

test('a page is read as a browser reads it', (t) => {
  t.deepEqual(readPage(html), {
    dataset: {
      statusUrl: '/logins/1/status',
      startUrl: '/wechatTransfer?ent_id=e&lang=en',
      waitedMs: '0',
      view: '{"status":"pending"}',
    },
    scriptUrl: '/assets/waiting.js',
  });
});

test("the page's own script asks, and leaves for where it is led", async (t) => {
  const file = path.join(thisCheckout, 'ingress/browser/pages/waiting.js');
  const asked: string[] = [];
  let left = '';
  compilePageScript(await readFile(file, 'utf8'))({
    dataset: readPage(html).dataset,
    async fetch(url) {
      asked.push(url);
      const view = { status: 'ready', location: 'https://host.example/' };
      return { status: 200, ok: true, headers: new Headers(), json: async () => view };
    },
    leave(url) {
      left = url;
    },
  });
  await pWaitFor(() => left !== '', { timeout: 10_000 });
  t.is(left, 'https://host.example/');
  t.deepEqual(asked, ['/logins/1/status?wait=25&told=']);
});
