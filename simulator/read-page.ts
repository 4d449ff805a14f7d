import { html as markup } from './html.ts';

/** What a phone's page leads to without its person. '' is the same address. */
export type WayOn = { to: string; afterMs: number };
/** A button of a form, and what it sends. */
export type Button = { label: string; value: string; action: string; fields: [string, string][] };

/** A redirect, or a page that comes again by itself. Undefined: the page stays. */
export function wayOn(html: string, location: string, retryAfter: unknown): WayOn | undefined {
  if (location !== '') return { to: location, afterMs: 0 };
  // A page that is sent in parts has its way on at the end.
  const refreshes = [...html.matchAll(/<meta http-equiv="refresh" content="(\d+)(?:;url=([^"]*))?"/g)];
  const [, seconds, to = ''] = refreshes.at(-1) ?? [];
  if (seconds === undefined) {
    // A page that asks before WeChat does has one button.
    const [, button] = /href="([^"]*\/connect\/oauth2\/authorize\?[^"]*)"/.exec(html) ?? [];
    return button === undefined ? undefined : { to: textOf(button), afterMs: 0 };
  }
  const afterMs = Math.min(Number(seconds), retryAfter === undefined ? 0.3 : 5) * 1_000;
  return { to: textOf(to), afterMs };
}

export const titleOf = (html: string): string => /<title>([^<]*)<\/title>/.exec(html)?.[1] ?? '';

/** The buttons of the page's forms, each with the hidden fields of its form. */
export function buttonsOn(html: string): Button[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].flatMap(([, form = '', inside = '']) => {
    const action = attributeOf(form, 'action');
    const hidden = [...inside.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(([input]) => fieldOf(input));
    return [...inside.matchAll(/<button\b([^>]*)>(.*?)<\/button>/gs)].map(([, button = '', label = '']) => {
      const field = fieldOf(button);
      const fields = field[0] === '' ? hidden : [...hidden, field];
      return { label: textOf(label).trim(), value: field[1], action, fields };
    });
  });
}

/** The page with its forms sent to another address, which gets these fields along with the form's own. */
export function formsSentTo(
  html: string,
  to: string,
  fieldsOf: (action: string) => [string, string][],
): string {
  return html.replaceAll(/<form\b([^>]*)>/g, (_, form: string) => {
    const fields = fieldsOf(attributeOf(form, 'action'));
    return markup`<form method="post" action="${to}" target="_top">${fields.map(
      ([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`,
    )}`.html;
  });
}

/** The page with its links leading elsewhere. */
export function linksLedTo(html: string, hrefOf: (href: string) => string): string {
  return html.replaceAll(/<a\b([^>]*?)\shref="([^"]*)"/g, (_, before: string, href: string) => {
    const there = { html: before };
    return markup`<a${there} target="_top" href="${hrefOf(textOf(href))}"`.html;
  });
}

const fieldOf = (tag: string): [string, string] => [attributeOf(tag, 'name'), attributeOf(tag, 'value')];

function attributeOf(tag: string, name: string): string {
  const [, value = ''] = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(tag) ?? [];
  return textOf(value);
}

const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const textOf = (escaped: string): string =>
  escaped.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => characters[name] ?? '');
