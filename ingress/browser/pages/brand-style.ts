import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

type Rgb = readonly [red: number, green: number, blue: number];
type Brand = {
  readonly style: string;
  /** As a content security policy names it. */
  readonly source: string;
};

const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];
/** The card that everything stands on (page.css). */
const card = { light: white, dark: [25, 29, 27] as Rgb };
/** WCAG 2.2, 1.4.11: of lines and icons to what is behind them. */
const ofLines = 3.05;
/** A button has its words; it only must not vanish. */
const ofButtons = 1.3;

const known = new LRUCache<string, Brand>({ max: 1_000 });

/**
 * The style that puts a brand's colour (`#rrggbb`) in the place of ours: on buttons as it is, with the words on it in black or white,
 * whichever is read better (4.58 : 1 at least); lines and icons darker or lighter by as much as their contrast needs.
 */
export function brandStyleOf(color: string): Brand {
  const name = color.toLowerCase();
  const found = known.get(name);
  if (found !== undefined) return found;
  const rgb = parse(name);
  const style = `:root{${declare(rgb, 'light')}}@media (prefers-color-scheme:dark){:root{${declare(rgb, 'dark')}}}`;
  const brand = { style, source: `'sha256-${createHash('sha256').update(style).digest('base64')}'` };
  known.set(name, brand);
  return brand;
}

function declare(brand: Rgb, scheme: 'light' | 'dark'): string {
  const ground = card[scheme];
  const ink = scheme === 'light' ? black : white;
  const button = apart(brand, ground, ink, ofButtons);
  const onButton = contrastOf(button, white) >= contrastOf(button, black) ? white : black;
  return [
    `--green:${hex(apart(brand, ground, ink, ofLines))}`,
    `--button:${hex(button)}`,
    `--on-button:${hex(onButton)}`,
    `--tint:${hex(mix(brand, ground, 0.92))}`,
  ].join(';');
}

/** The colour, mixed with as little ink as it needs to stand out from the ground. */
function apart(color: Rgb, ground: Rgb, ink: Rgb, contrast: number): Rgb {
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = mix(color, ink, share);
    if (contrastOf(mixed, ground) >= contrast) return mixed;
  }
  return ink;
}

const mix = (from: Rgb, to: Rgb, share: number): Rgb =>
  from.map((channel, n) => Math.round(channel + ((to[n] ?? 0) - channel) * share)) as unknown as Rgb;

/** WCAG 2.2, relative luminance and contrast ratio. */
export function contrastOf(one: Rgb, other: Rgb): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export const parse = (color: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as unknown as Rgb;
const hex = (color: Rgb): string =>
  `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
