// Run in a page: the contrast of each visible text to what is behind it, by WCAG 2.
(() => {
  const luminance = (color) => {
    const channels = color.match(/[\d.]+/g).slice(0, 3);
    const [red, green, blue] = channels.map((channel) => {
      const share = Number(channel) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element) => {
    const { backgroundColor } = getComputedStyle(element);
    return backgroundColor === 'rgba(0, 0, 0, 0)' ? groundOf(element.parentElement) : backgroundColor;
  };
  const hasText = ({ childNodes }) =>
    Array.from(childNodes).some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());

  return Array.from(document.querySelectorAll('body *'))
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && hasText(element))
    .map((element) => {
      const [ink, ground] = [getComputedStyle(element).color, groundOf(element)].map(luminance);
      return {
        text: element.textContent.trim().slice(0, 40),
        contrast: (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05),
      };
    });
})();
