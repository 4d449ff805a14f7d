// Runs in the desktop's browser, behind poll.js. A page without it asks by drawing itself again.
(() => {
  const page = document.getElementById('scan');
  const { scan, startUrl, view: firstView } = page.dataset;
  const address = `/scans/${scan}`;
  let heardAt = Date.now();
  const { all, show, later, stop, ask, hear, leave, end, restarts } = createPoll(page, {
    statusUrl: `${address}/status`,
    startUrl,
    counter: 'scan-restarts',
    toldOf: ({ status }) => status,
    sectionOf: ({ status }) => (status === 'ready' || status === 'bind' ? 'ended' : status),
    follow,
    fail: () => end('expired'),
    // No scan lives longer.
    isPast: () => Date.now() - heardAt > 900000,
    onWake() {},
    // A server of a release before, which knows no scans, answers 404, too: another may answer the next question.
    goneWord: 'unknown_scan',
  });

  // A reload, and the way back from the host, come to this very scan.
  history.replaceState(null, '', address);

  function follow({ status, qr, who, location }, pauseMs) {
    heardAt = Date.now();
    // The name stands between marks that keep its direction of writing to itself.
    for (const text of who ? all('[data-says]') : [])
      text.textContent = text.dataset.says.replace('{who}', () => `\u2068${who.nickname}\u2069`);
    if (location) return leadOn(location);
    if (qr) showPicture(qr);
    if (status === 'denied' || status === 'expired') return end(status);
    const wasShown = !page.querySelector(`[data-shows=${status}]`).hidden;
    show(status);
    if (status === 'match' && !wasShown) page.querySelector('[name=digits]').focus();
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
  function leadOn(location) {
    page.querySelector('[data-leads]').href = location;
    show('ended');
    restarts(0);
    leave(location, 1500);
  }

  // The server ends it; until its answer is here the page leads nowhere.
  page.querySelector('[data-cancel]').addEventListener('submit', stop);
  hear(JSON.parse(firstView), 0);
})();
