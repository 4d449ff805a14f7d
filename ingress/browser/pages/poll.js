// What the scripts of the pages that wait begin with. ES2017 at most, and no module: old Android WebViews run it, too.

// Asks how something stands, again and again, and hands each answer to `follow`; bridges what fails, and begins anew what the server lost.
// `toldOf`: what of an answer the server is told with the next question; `sectionOf`: the part of the page that shows it;
// `fail`: nothing is to be had any more; `isPast`: whether it must be over; `onWake`: the page is looked at again; `goneWord`: the only
// error for which a 404 is believed, any where there is none.
// biome-ignore lint/correctness/noUnusedVariables: the scripts that stand behind it call it
function createPoll(
  page,
  { statusUrl, startUrl, counter, toldOf, sectionOf, follow, fail, isPast, onWake, goneWord },
) {
  let told = '';
  let latest = 0;
  let failures = 0;
  let failedSince = 0;
  let isLeaving = false;
  let hasEnded = false;
  let timer;
  let abort = () => {};

  const all = (selector) => page.querySelectorAll(selector);
  const toggle = (selector, isShown) => {
    for (const element of all(selector)) element.hidden = !isShown(element.dataset);
  };

  function show(section) {
    toggle('[data-offline]', () => false);
    toggle('[data-shows]', ({ shows }) => shows.split(' ').includes(section));
    const heading = page.querySelector(`[data-shows=${section}] h1`).textContent;
    document.title = document.title.replace(/^.*?(?= · |$)/, heading);
  }

  function later(ms, act) {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  }

  function stop() {
    latest += 1;
    clearTimeout(timer);
    abort();
  }

  // An overtaken poll's answer counts for nothing: only the latest may move the page.
  async function ask() {
    stop();
    const mine = latest;
    const askedAt = Date.now();
    // The server holds its answer for 25 s at most; a connection that died silently holds it for ever.
    later(35000, retry);
    const answer = await fetchStatus().catch(() => ({}));
    if (mine !== latest) return;
    clearTimeout(timer);
    if (answer.isGone) return heal();
    if (!answer.view) return retry(answer.retryAfter);
    failures = 0;
    // A server that answers without holding the request must not be asked in a tight loop.
    hear(answer.view, Math.max(0, askedAt + 1000 - Date.now()));
  }

  async function fetchStatus() {
    const controller = window.AbortController ? new AbortController() : { abort() {} };
    abort = () => controller.abort();
    const { signal } = controller;
    const response = await fetch(`${statusUrl}?wait=25&told=${told}`, {
      credentials: 'same-origin',
      signal,
    });
    if (response.status === 404) return { isGone: !goneWord || (await response.json()).error === goneWord };
    if (!response.ok) return { retryAfter: Number(response.headers.get('Retry-After')) };
    const view = await response.json();
    const who = response.headers.get('X-Login-Who');
    if (who) view.who = decodeURIComponent(who);
    return page.querySelector(`[data-shows=${sectionOf(view)}]`) ? { view } : {};
  }

  function hear(view, pauseMs) {
    told = toldOf(view);
    follow(view, pauseMs);
  }

  // Thousands of pages lose their server at the same moment: each comes back at a time of its own, so that the next server is not
  // starved by those who ask whether it is there. For the first three seconds tries are half a second to two apart: whoever has a
  // server that was started again within these is back within five. One that stays away is asked ever less often.
  function retry(retryAfter) {
    failures += 1;
    if (failures === 1) failedSince = Date.now();
    if (isPast()) return fail('gone');
    toggle('[data-offline]', () => failures > 1);
    const awayMs = Date.now() - failedSince;
    const pauseMs = awayMs < 3000 ? 1500 : Math.min(15000, 2 * awayMs);
    later((retryAfter || 0) * 1000 + pauseMs * (0.33 + Math.random()), ask);
  }

  function leave(url, delayMs) {
    isLeaving = true;
    later(delayMs, () => location.replace(url));
  }

  function end(section) {
    hasEnded = true;
    show(section);
  }

  // The server lost it, perhaps with its power: begin anew, but never in a circle.
  function heal() {
    const count = restarts() + 1;
    if (count > 2) return fail('gone');
    restarts(count);
    leave(startUrl, 300 + Math.random() * 1200);
  }

  // Without storage nothing can be counted, so the person decides.
  function restarts(count) {
    try {
      if (count !== undefined) sessionStorage.setItem(counter, count);
      return Number(sessionStorage.getItem(counter));
    } catch (_error) {
      return 2;
    }
  }

  function wake() {
    if (isLeaving || hasEnded || document.hidden) return;
    onWake();
    void ask();
  }

  document.addEventListener('visibilitychange', wake);
  addEventListener('online', wake);
  addEventListener('pagehide', stop);
  // Back out of the browser's cache: where the page was going then may no longer be right.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    isLeaving = false;
    wake();
  });

  const isOver = () => isLeaving || hasEnded;
  return { all, toggle, show, later, stop, ask, hear, leave, end, restarts, isOver };
}
