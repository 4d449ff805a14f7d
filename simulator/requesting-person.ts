import type { IncomingMessage } from 'node:http';
import { unescape as unescapeQuery } from 'node:querystring';
import { personIdSchema } from './people.ts';

const cookie = /(?:^|;\s*)simulator_person=([^;]*)/;

const validId = (id: unknown): string => {
  const checked = personIdSchema.safeParse(id);
  return checked.success ? checked.data : '';
};

/** Who the request itself names, or ''. Such a person always says yes, so that a crowd over HTTP needs no page. */
export function namedPerson(request: IncomingMessage, fromQuery: string): string {
  return validId(request.headers['x-simulator-person']) || validId(fromQuery);
}

/** Who this browser chose to be on the consent page, or ''. */
export function rememberedPerson(request: IncomingMessage): string {
  return validId(unescapeQuery(cookie.exec(request.headers.cookie ?? '')?.[1] ?? ''));
}

export function rememberPerson(id: string): { 'Set-Cookie': string } {
  const attributes = 'Path=/connect; Max-Age=2592000; HttpOnly; SameSite=Lax';
  return { 'Set-Cookie': `simulator_person=${encodeURIComponent(id)}; ${attributes}` };
}
