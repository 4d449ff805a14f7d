// Runs in WeChat's browser, behind poll.js.
(() => {
  const page = document.getElementById('login');
  const { statusUrl, startUrl, waitedMs, askAfterMs, view: firstView } = page.dataset;
  const begunAt = Date.now() - Number(waitedMs);
  let hasCode = false;
  const { all, toggle, show, later, stop, ask, hear, leave, end, restarts, isOver } = createPoll(page, {
    statusUrl,
    startUrl,
    counter: 'login-restarts',
    toldOf: ({ because = '' }) => because,
    sectionOf,
    follow,
    fail,
    // Every login ends within five minutes.
    isPast: () => Date.now() - begunAt > 330000,
    onWake: tick,
  });

  function tick() {
    const seconds = Math.max(0, Math.floor((Date.now() - begunAt) / 1000));
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    page.querySelector('[data-clock]').textContent = clock;
    toggle('[data-from]', ({ from }) => seconds >= from);
    showCode(seconds >= 10);
  }

  // For whoever calls for help.
  function showCode(isStuck) {
    hasCode = hasCode || isStuck;
    toggle('[data-code]', () => hasCode);
  }

  function sectionOf({ status, retry_after_ms: delayMs }) {
    if (status !== 'reauthorize') return status;
    return delayMs === undefined ? 'tap' : 'again';
  }

  function follow(view, pauseMs) {
    const { location, reason, because = '', retry_after_ms: delayMs, who } = view;
    const section = sectionOf(view);
    if (section === 'failed') return fail(reason);
    toggle('[data-because]', (text) => text.because === because);
    // Between these two a name turns only itself.
    if (who)
      for (const name of all('[data-who]'))
        name.textContent = name.dataset.who.replace('{who}', () => `\u2068${who}\u2069`);
    for (const link of all('[data-leads]')) link.href = location;
    show(section);
    showCode(section === 'tap' || section === 'snapshot');
    if (section === 'pending') return later(delayMs === undefined ? pauseMs : delayMs, ask);
    // After "use full service" the same login may go on.
    if (section === 'snapshot') return later(8000, ask);
    if (section === 'tap') return;
    if (section !== 'again') restarts(0);
    leave(location, delayMs);
  }

  function fail(reason) {
    toggle('[data-reason]', (text) => text.reason === reason);
    showCode(true);
    end('failed');
  }

  // The page's own request is the first question: its connection is kept open for a moment, and its end says how the login ended.
  // One that broke tells nothing: then the question comes after a time.
  function hearOut() {
    later(Number(askAfterMs), ask);
    document.addEventListener('DOMContentLoaded', () => {
      if (isOver()) return;
      const ended = document.getElementById('end');
      if (!ended) return void ask();
      stop();
      hear(JSON.parse(ended.dataset.view), 0);
    });
  }

  toggle('[data-stuck]', () => false);
  setInterval(tick, 1000);
  const first = JSON.parse(firstView);
  hear(first, 0);
  if (first.status === 'pending') hearOut();
})();
