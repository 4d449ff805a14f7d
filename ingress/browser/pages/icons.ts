const icon = (className: string, shapes: string) =>
  `<svg class="icon${className}" viewBox="0 0 48 48" aria-hidden="true">${shapes}</svg>`;

/** Strokes only; the circle around them, colour and motion are the stylesheet's. */
export const icons = {
  ring: '<i class="icon ring"></i>',
  check: icon('', '<path d="m14 25 7 7 13-14"/>'),
  person: icon('', '<circle cx="24" cy="19" r="6"/><path d="M13 36c1-5 5-8 11-8s10 3 11 8"/>'),
  again: icon('', '<path d="M33 24a9 9 0 1 1-3-7M31 11v6h-6"/>'),
  shield: icon('', '<path d="M24 9 36 13v10c0 9-7 14-12 16-5-2-12-7-12-16V13zM18 24l4.5 4.5L30 20"/>'),
  alert: icon(' bad', '<path d="M24 14v13M24 33v1"/>'),
  corner: icon(' corner', '<path d="m17 17 14 14M31 20v11H20"/>'),
  lock: '<svg class="lock" viewBox="0 0 16 16" aria-hidden="true"><path d="M3.5 7.5h9v6h-9zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2"/></svg>',
  /** Unseen. WebKit draws nothing of a page that is still being loaded before it holds 200 characters. */
  filler: '\u200b'.repeat(220),
} as const;
