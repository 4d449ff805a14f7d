// Runs in WeChat's browser, on old Android WebViews too: ES2017 at most, and no module.
(() => {
  const page = document.getElementById('login');
  const { statusUrl, startUrl, waitedMs, askAfterMs, view: firstView } = page.dataset;
  const begunAt = Date.now() - Number(waitedMs);

  let told = '';
  let latest = 0;
  let failures = 0;
  let isLeaving = false;
  let hasEnded = false;
  let timer;
  let abort = () => {};

  const all = (selector) => page.querySelectorAll(selector);
  const toggle = (selector, isShown) => {
    for (const element of all(selector)) element.hidden = !isShown(element.dataset);
  };

  function show(name) {
    toggle('[data-offline]', () => false);
    toggle('[data-shows]', ({ shows }) => shows.split(' ').includes(name));
    const heading = page.querySelector(`[data-shows=${name}] h1`).textContent;
    document.title = document.title.replace(/^.*?(?= · |$)/, heading);
  }

  function tick() {
    const seconds = Math.max(0, Math.floor((Date.now() - begunAt) / 1000));
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    page.querySelector('[data-clock]').textContent = clock;
    toggle('[data-from]', ({ from }) => seconds >= from);
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
    // A server that answers "pending" without holding the request must not be asked in a tight loop.
    follow(answer.view, Math.max(0, askedAt + 1000 - Date.now()));
  }

  async function fetchStatus() {
    const controller = window.AbortController ? new AbortController() : { abort() {} };
    abort = () => controller.abort();
    const { signal } = controller;
    const response = await fetch(`${statusUrl}?wait=25&told=${told}`, {
      credentials: 'same-origin',
      signal,
    });
    if (response.status === 404) return { isGone: true };
    if (!response.ok) return { retryAfter: Number(response.headers.get('Retry-After')) };
    const view = await response.json();
    return page.querySelector(`[data-shows=${sectionOf(view)}]`) ? { view } : {};
  }

  // Thousands of pages lose their server at the same moment: each comes back at a time of its own, so that the next server is not
  // starved by those who ask whether it is there. The first three tries are half a second to two apart: one of them finds a server
  // that was started again at once. One that stays away is asked ever less often.
  function retry(retryAfter) {
    failures += 1;
    // Every login ends within five minutes.
    if (Date.now() - begunAt > 330000) return fail('gone');
    toggle('[data-offline]', () => failures > 1);
    later(
      (retryAfter || 0) * 1000 +
        Math.min(15000, 1500 * 4 ** Math.max(0, failures - 3)) * (0.33 + Math.random()),
      ask,
    );
  }

  function sectionOf({ status, retry_after_ms: delayMs }) {
    if (status !== 'reauthorize') return status;
    return delayMs === undefined ? 'tap' : 'again';
  }

  function follow(view, pauseMs) {
    const { location, reason, because = '', retry_after_ms: delayMs } = view;
    const section = sectionOf(view);
    if (section === 'failed') return fail(reason);
    told = because;
    toggle('[data-because]', (text) => text.because === because);
    for (const link of all('[data-leads]')) link.href = location;
    show(section);
    if (section === 'pending') return later(delayMs === undefined ? pauseMs : delayMs, ask);
    // After "use full service" the same login may go on.
    if (section === 'snapshot') return later(8000, ask);
    if (section === 'tap') return;
    if (section !== 'again') restarts(0);
    leave(location, delayMs);
  }

  function leave(url, delayMs) {
    isLeaving = true;
    later(delayMs, () => location.replace(url));
  }

  function fail(reason) {
    hasEnded = true;
    toggle('[data-reason]', (text) => text.reason === reason);
    show('failed');
  }

  // The server lost the login, perhaps with its power: begin anew, but never in a circle.
  function heal() {
    const count = restarts() + 1;
    if (count > 2) return fail('gone');
    restarts(count);
    leave(startUrl, 300 + Math.random() * 1200);
  }

  // Without storage nothing can be counted, so the person decides.
  function restarts(count) {
    try {
      if (count !== undefined) sessionStorage.setItem('login-restarts', count);
      return Number(sessionStorage.getItem('login-restarts'));
    } catch (_error) {
      return 2;
    }
  }

  // The page's own request is the first question: its connection is kept open for a moment, and its end says how the login ended.
  // One that broke tells nothing: then the question comes after a time.
  function hearOut() {
    later(Number(askAfterMs), ask);
    document.addEventListener('DOMContentLoaded', () => {
      if (isLeaving || hasEnded) return;
      const end = document.getElementById('end');
      if (!end) return void ask();
      stop();
      follow(JSON.parse(end.dataset.view), 0);
    });
  }

  function wake() {
    if (isLeaving || hasEnded || document.hidden) return;
    tick();
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

  toggle('[data-stuck]', () => false);
  setInterval(tick, 1000);
  const first = JSON.parse(firstView);
  follow(first, 0);
  if (first.status === 'pending') hearOut();
})();
