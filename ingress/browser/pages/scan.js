// Runs in the desktop's browser. A page without it asks by drawing itself again.
(() => {
  const page = document.getElementById('scan');
  const { scan, startUrl, view: firstView } = page.dataset;
  const address = `/scans/${scan}`;
  const all = (selector) => page.querySelectorAll(selector);

  let told = '';
  let latest = 0;
  let failures = 0;
  let isOver = false;
  let timer;
  let abort = () => {};

  // A reload, and the way back from the host, come to this very scan.
  history.replaceState(null, '', address);

  function show(section) {
    for (const element of all('[data-shows]')) element.hidden = element.dataset.shows !== section;
    page.querySelector('[data-offline]').hidden = true;
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
    follow(answer.view, Math.max(0, askedAt + 1000 - Date.now()));
  }

  async function fetchStatus() {
    const controller = new AbortController();
    abort = () => controller.abort();
    const { signal } = controller;
    const response = await fetch(`${address}/status?wait=25&told=${told}`, {
      credentials: 'same-origin',
      signal,
    });
    if (response.status === 404) return { isGone: true };
    if (!response.ok) return { retryAfter: Number(response.headers.get('Retry-After')) };
    return { view: await response.json() };
  }

  // Thousands of pages lose their server at the same moment: each comes back at a time of its own.
  function retry(retryAfter) {
    failures += 1;
    page.querySelector('[data-offline]').hidden = failures < 2;
    const pauseMs = Math.min(15000, 1500 * 4 ** Math.max(0, failures - 3));
    later((retryAfter || 0) * 1000 + pauseMs * (0.33 + Math.random()), ask);
  }

  function follow({ status, qr, who, location }, pauseMs) {
    told = status;
    // The name stands between marks that keep its direction of writing to itself.
    for (const text of who ? all('[data-says]') : [])
      text.textContent = text.dataset.says.replace('{who}', () => `\u2068${who.nickname}\u2069`);
    if (location) return leave(location);
    if (qr) showPicture(qr);
    const wasShown = !page.querySelector(`[data-shows=${status}]`).hidden;
    show(status);
    if (status === 'match' && !wasShown) page.querySelector('[name=digits]').focus();
    if (status === 'denied' || status === 'expired') {
      isOver = true;
      return;
    }
    later(pauseMs, ask);
  }

  function showPicture(qr) {
    const box = page.querySelector('.qr');
    if (page.dataset.qr === qr && (box.querySelector('svg') || box.querySelector('img'))) return;
    page.dataset.qr = qr;
    const picture = new Image();
    picture.alt = '';
    // Too many were drawn at that moment.
    picture.onerror = () =>
      setTimeout(() => {
        picture.src = `${address}/qr.svg?${Date.now()}`;
      }, 2000);
    picture.onload = () => box.replaceChildren(picture);
    picture.src = `${address}/qr.svg?${Date.now()}`;
  }

  // For a moment the person sees as whom, and may cancel: somebody else's phone may have scanned this screen.
  function leave(location) {
    page.querySelector('[data-leads]').href = location;
    show('ended');
    isOver = true;
    restarts(0);
    later(1500, () => window.location.replace(location));
  }

  // The server lost the scan, perhaps with its power: a new one, but never in a circle.
  function heal() {
    isOver = true;
    const count = restarts() + 1;
    if (count > 2) return show('expired');
    restarts(count);
    later(300 + Math.random() * 1200, () => window.location.replace(startUrl));
  }

  // Without storage nothing can be counted, so the person decides.
  function restarts(count) {
    try {
      if (count !== undefined) sessionStorage.setItem('scan-restarts', count);
      return Number(sessionStorage.getItem('scan-restarts'));
    } catch (_error) {
      return 2;
    }
  }

  function wake() {
    if (isOver || document.hidden) return;
    void ask();
  }

  page.querySelector('[data-cancel]').addEventListener('click', stop);
  document.addEventListener('visibilitychange', wake);
  addEventListener('online', wake);
  addEventListener('pagehide', stop);
  // Back out of the browser's cache: where the page was going then may no longer be right.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    isOver = false;
    wake();
  });

  follow(JSON.parse(firstView), 0);
})();
