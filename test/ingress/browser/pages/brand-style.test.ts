import { createHash } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { brandStyleOf, contrastOf, parse } from '#ingress/browser/pages/brand-style.ts';

const cards = { light: '#ffffff', dark: '#191d1b' };
const color = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`);

/** What the style declares in each scheme. */
function declared(style: string) {
  const [light = '', dark = ''] = style.split('@media');
  const read = (text: string) =>
    Object.fromEntries(
      [...text.matchAll(/--([\w-]+):(#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]),
    );
  return { light: read(light), dark: read(dark) };
}

test('whatever the colour, words on a button and lines on the card have the contrast they need', (t) => {
  const ratio = (one = '', other = '') => contrastOf(parse(one), parse(other));
  fc.assert(
    fc.property(color, (brand) => {
      const schemes = declared(brandStyleOf(brand).style);
      for (const scheme of ['light', 'dark'] as const) {
        const { green, button, 'on-button': onButton } = schemes[scheme];
        if (ratio(button, onButton) < 4.5) throw new Error(`${brand} ${scheme}: words ${button} ${onButton}`);
        if (ratio(green, cards[scheme]) < 3) throw new Error(`${brand} ${scheme}: lines ${green}`);
        if (ratio(button, cards[scheme]) < 1.25) throw new Error(`${brand} ${scheme}: button ${button}`);
      }
    }),
    { numRuns: 2_000 },
  );
  t.pass();
});

test('a colour that can be read is on the button as it is', (t) => {
  const { light, dark } = declared(brandStyleOf('#0052D9').style);
  t.is(light['button'], '#0052d9');
  t.is(dark['button'], '#0052d9');
  t.is(light['on-button'], '#ffffff');
});

test('the style is named as a content security policy needs it', (t) => {
  const { style, source } = brandStyleOf('#123456');
  t.is(source, `'sha256-${createHash('sha256').update(style).digest('base64')}'`);
  t.notRegex(style, /[<>"']/);
});
