// Back out of the browser's cache: what this page says may be over.
addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
