import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import { ZodError, z } from 'zod';
import { redirectTo, showPage } from './answer-browser.ts';
import { UnknownName } from './control.ts';
import { type People, personIdSchema } from './people.ts';
import { phonePage, phoneTroublePage } from './phone-pages.ts';
import { type Phones, whyUnreachable } from './phones.ts';
import { readBody } from './read-body.ts';

/** One whose name is plain enough for a header. */
const phoneOwner = personIdSchema.regex(/^[\x21-\x7e]+$/, 'plain letters and digits');
/** What a phone is made to do: it scans `url`, and may tap a button of the page that comes then. */
export const scanSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  person: phoneOwner,
  tap: z.string().max(64).optional(),
});
const text = z.string().default('');

const pathOf = (person: string) => `/phone?person=${encodeURIComponent(person)}`;

/**
 * The phones for people in front of a screen: `POST /phone` scans, or sends a form of what the phone shows; `GET /phone?person=` shows it,
 * and with `url` follows a link of it before.
 */
export function createPhoneAnswerer({ phones, people }: { phones: Phones; people: Pick<People, 'find'> }) {
  async function act(form: Record<string, unknown>, acceptLanguage?: string): Promise<string> {
    const { other, person: chosen, url, action, ...fields } = form;
    const person = phoneOwner.parse(text.parse(other).trim() || chosen);
    // Whoever plays the phone is to read it.
    if (acceptLanguage !== undefined && acceptLanguage !== '*') phones.speak(person, acceptLanguage);
    if (action === undefined) await phones.scan(scanSchema.shape.url.parse(url), person);
    else
      await phones.send(
        person,
        text.parse(action),
        Object.entries(z.record(z.string(), z.string()).parse(fields)),
      );
    return person;
  }

  async function troubled(response: ServerResponse, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof ZodError) showPage(response, phoneTroublePage(z.prettifyError(error)));
      else if (error instanceof UnknownName) showPage(response, phoneTroublePage(error.message));
      else {
        const why = whyUnreachable(error);
        if (why === undefined) throw error;
        showPage(response, phoneTroublePage(`Nothing answers at that address: ${why}`));
      }
    }
  }

  return {
    show: (response: ServerResponse, rawQuery: string) =>
      troubled(response, async () => {
        const { person: named, url } = parse(rawQuery);
        const person = phoneOwner.parse(named);
        if (url !== undefined) {
          await phones.scan(scanSchema.shape.url.parse(url), person);
          return redirectTo(response, pathOf(person));
        }
        showPage(response, phonePage(people.find(person), phones.shownTo(person)));
      }),

    act: (request: IncomingMessage, response: ServerResponse) =>
      troubled(response, async () => {
        const form = { ...parse(await readBody(request)) };
        const person = await act(form, request.headers['accept-language']);
        // A reload shows the page once more, and does nothing.
        redirectTo(response, pathOf(person));
      }),
  };
}
