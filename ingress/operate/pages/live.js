// Runs in an operator's browser as it is: ES2017. Without it the page reloads itself every ten seconds.
(() => {
  const everyMs = 2000;
  const answersWithinMs = 8000;
  const main = document.querySelector('main');

  // Times are written in UTC; here they become those of the reader's clock.
  function localTimes(root) {
    for (const time of root.querySelectorAll('time[datetime]')) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      time.title = time.textContent;
      // In English a date by its year: 3/4 is read in two ways. Swedish writes it as ISO 8601 does.
      const { lang } = document.documentElement;
      time.textContent = at.toLocaleString(lang === 'en' ? 'sv' : lang, { hour12: false });
    }
  }

  function filterRows() {
    for (const input of document.querySelectorAll('input[data-filter]')) {
      const table = document.getElementById(input.dataset.filter);
      if (table === null) continue;
      const wanted = input.value.trim().toLowerCase();
      for (const row of table.tBodies[0].rows) {
        row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
      }
    }
  }

  // As the server wrote each part: what is on the page has other times.
  const written = new Map();
  for (const part of main.querySelectorAll('[data-live]')) written.set(part.dataset.live, part.outerHTML);

  // What somebody is at stays: the focus, what is unfolded, how far a table is scrolled.
  const nameOf = (element) => element && (element.id || element.getAttribute('href'));
  function exchange(old, part) {
    const focused = old.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    const unfolded = Array.from(old.querySelectorAll('details[open]'), ({ id }) => id);
    const scrolled = Array.from(old.querySelectorAll('.scroll'), ({ scrollLeft }) => scrollLeft);
    const now = document.importNode(part, true);
    localTimes(now);
    for (const details of now.querySelectorAll('details')) details.open = unfolded.includes(details.id);
    old.replaceWith(now);
    for (const [at, box] of Array.from(now.querySelectorAll('.scroll')).entries()) {
      box.scrollLeft = scrolled[at] || 0;
    }
    if (focused === null) return;
    const same = Array.from(now.querySelectorAll('[id], [href]')).find((one) => nameOf(one) === focused);
    if (same) same.focus({ preventScroll: true });
  }

  function take(html) {
    const fresh = new DOMParser().parseFromString(html, 'text/html');
    for (const part of fresh.querySelectorAll('[data-live]')) {
      const name = part.dataset.live;
      const old = main.querySelector(`[data-live="${name}"]`);
      if (old === null || written.get(name) === part.outerHTML) continue;
      written.set(name, part.outerHTML);
      exchange(old, part);
    }
    filterRows();
    document.dispatchEvent(new CustomEvent('taken'));
  }

  let etag = '';
  async function look() {
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), answersWithinMs);
    try {
      const headers = { Accept: 'text/html' };
      if (etag) headers['If-None-Match'] = etag;
      const answer = await fetch(location.href, { headers, cache: 'no-store', signal: giveUp.signal });
      // Signed out meanwhile.
      if (answer.redirected || answer.status === 401) return location.reload();
      // Gone, or no longer for this role, as a page of ours says. A proxy's, during a deployment, would stay for ever.
      const isOurs = answer.headers.has('X-Request-Id');
      if (isOurs && (answer.status === 403 || answer.status === 404)) return location.reload();
      if (answer.status !== 304) {
        if (!answer.ok) throw new Error(String(answer.status));
        take(await answer.text());
        etag = answer.headers.get('ETag') || '';
      }
      const updated = document.getElementById('updated');
      updated.dateTime = new Date().toISOString();
      localTimes(updated.parentElement);
      document.getElementById('no-answer').hidden = true;
    } catch (_error) {
      document.getElementById('no-answer').hidden = false;
    } finally {
      clearTimeout(timer);
    }
  }

  async function keepLooking() {
    if (!document.hidden) await look();
    setTimeout(keepLooking, everyMs);
  }

  localTimes(document);
  document.addEventListener('input', filterRows);
  filterRows();
  if (main.hasAttribute('data-live-page')) setTimeout(keepLooking, everyMs);
})();
