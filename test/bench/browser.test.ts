import test from 'ava';
import { createBrowser } from '#bench/driver/browser.ts';
import type { Answer } from '#bench/driver/connection.ts';

const page =
  '<link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/page.1.css"><script src="/assets/waiting.1.js" defer></script>';

/** A browser whose server answers from a list by path; what it asked for, in order. */
function browse(answers: Record<string, Partial<Answer>[]>, hasCache: boolean) {
  const asked: string[] = [];
  const get = async (path: string) => {
    asked.push(path);
    const answer = answers[path]?.shift();
    if (answer === undefined) throw new Error(`asked for ${path}`);
    return { status: 200, location: '', cookie: '', body: '', ...answer };
  };
  return { asked, browser: createBrowser(get, { headers: '', hasCache }) };
}
const question = '/logins/1/status?wait=25&told=';
const assets = { '/assets/page.1.css': [{}], '/assets/waiting.1.js': [{}] };
const ready = { body: '{"status":"ready","location":"https://host.example/"}' };

test('a browser that comes the first time to a page with files draws it, fetches them, and asks then', async (t) => {
  const { asked, browser } = browse({ '/logins/1': [{ body: page }], ...assets, [question]: [ready] }, false);
  await browser.waitOnPage('/logins/1');
  t.deepEqual(asked, ['/logins/1', '/assets/page.1.css', '/assets/waiting.1.js', question]);
});

test('one that was here before has script and style', async (t) => {
  const { asked, browser } = browse({ '/logins/1': [{ body: page }], [question]: [ready] }, true);
  await browser.waitOnPage('/logins/1');
  t.deepEqual(asked, ['/logins/1', question]);
});

test('a page whose end leads on is not asked about', async (t) => {
  const end = (view: string) => ({ body: `<main><i id="end" hidden data-view="${view}"></i>` });
  const { asked, browser } = browse({ '/logins/1': [end('{&quot;status&quot;:&quot;ready&quot;}')] }, true);
  await browser.waitOnPage('/logins/1');
  t.deepEqual(asked, ['/logins/1']);
  const failed = browse({ '/logins/1': [end('{&quot;status&quot;:&quot;failed&quot;}')] }, true);
  await t.throwsAsync(failed.browser.waitOnPage('/logins/1'), { message: /ended as .*failed/ });
});

test('a page that leads on by itself is not waited on', async (t) => {
  const { asked, browser } = browse({ '/logins/1': [{ status: 303 }] }, false);
  await browser.waitOnPage('/logins/1');
  t.deepEqual(asked, ['/logins/1']);
});

test('a login that is pending is asked for again, one that failed is told', async (t) => {
  const pending = { body: '{"status":"pending"}' };
  const { asked, browser } = browse({ '/logins/1': [{}], [question]: [pending, ready] }, true);
  await browser.waitOnPage('/logins/1');
  t.deepEqual(asked, ['/logins/1', question, question]);

  const failed = browse({ '/logins/1': [{}], [question]: [{ body: '{"status":"failed"}' }] }, true);
  await t.throwsAsync(failed.browser.waitOnPage('/logins/1'), { message: /ended as .*failed/ });
});

test('who is turned away comes again when told to, and is counted', async (t) => {
  const away = { status: 503, retryAfter: 0 };
  const { asked, browser } = browse({ '/callback': [away, away, { status: 303 }] }, true);
  t.is((await browser.open('/callback')).status, 303);
  t.is(browser.turnedAway, 2);
  t.is(asked.length, 3);
  // Nothing says when: that is a fault, and not to be repeated.
  const broken = browse({ '/callback': [{ status: 503 }] }, true);
  t.is((await broken.browser.open('/callback')).status, 503);
});
