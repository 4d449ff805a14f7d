// Outside WeChat: copies the link, where the browser can. ES2017 at most.
(() => {
  const button = document.getElementById('copy');
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(document.getElementById('link').textContent).then(
      () => {
        button.textContent = button.dataset.copied;
      },
      () => {},
    );
  });
})();
