import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse, unescape as unescapeQuery } from 'node:querystring';
import { ZodError, z } from 'zod';
import { scanSchema } from './answer-phones.ts';
import { type Control, type GrantInput, UnknownName } from './control.ts';
import { type Phones, whyUnreachable } from './phones.ts';
import { readBody } from './read-body.ts';

type Route = (item: string, body: never, query: Record<string, string>) => unknown;

/** The control API: `/_simulator/{collection}[/{item}]`, JSON in and out. What `control` checks is not checked again. */
export function createControlApi(control: Control, phones: Phones) {
  const routes: Record<string, Route> = {
    'GET accounts': () => ({ accounts: control.accounts() }),
    'PUT accounts/*': (appid, body) => control.putAccount(appid, body),
    'DELETE accounts/*': (appid) => found(control.removeAccount(appid)),
    'GET people/*': (id, _, { appid }) => control.person(id, appid),
    'PUT people/*': (id, body) => control.putPerson(id, body),
    'GET faults': () => ({ faults: control.faults() }),
    'POST faults': (_, body) => control.addFault(body),
    'DELETE faults': () => control.clearFaults(),
    'DELETE faults/*': (id) => found(control.removeFault(Number(id))),
    'GET behaviour': () => control.behaviour(),
    'PUT behaviour': (_, body) => control.setBehaviour(body),
    'DELETE behaviour': () => control.resetBehaviour(),
    'POST scan': async (_, body) => {
      const { url, person, tap } = scanSchema.parse(body);
      const found = await phones.scan(url, person);
      return tap === undefined ? found : phones.tap(person, tap);
    },
    'POST codes': (_, body) => control.mintCode(body),
    'POST codes/batch': (_, body) => ({ codes: control.mintCodes(body as GrantInput & { count: number }) }),
    'GET codes/*': (code) => control.code(code),
    'GET calls': (_item, _body, query) => control.calls(query),
    'DELETE calls': () => control.clearCalls(),
  };

  async function answer(
    request: IncomingMessage,
    path: string,
    rawQuery: string,
  ): Promise<[number, unknown]> {
    const [collection = '', ...items] = path.slice('/_simulator/'.length).split('/');
    const item = unescapeQuery(items.join('/'));
    const exact = routes[`${request.method} ${collection}${item ? `/${item}` : ''}`];
    const route = exact ?? (item ? routes[`${request.method} ${collection}/*`] : undefined);
    if (!route) return [404, { error: 'unknown route', routes: Object.keys(routes) }];
    const text = await readBody(request);
    try {
      const body = text === '' ? {} : JSON.parse(text);
      const result = await route(item, body as never, { ...parse(rawQuery) } as Record<string, string>);
      return result === undefined ? [204, undefined] : [200, result];
    } catch (error) {
      if (error instanceof ZodError) return [400, { error: z.prettifyError(error) }];
      if (error instanceof SyntaxError) return [400, { error: `The body is not JSON: ${error.message}` }];
      if (error instanceof UnknownName) return [404, { error: error.message }];
      const why = whyUnreachable(error);
      if (why !== undefined) return [502, { error: `Nothing answers at that address: ${why}` }];
      throw error;
    }
  }

  return async function serveControl(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    rawQuery: string,
  ): Promise<void> {
    const [status, result] = await answer(request, path, rawQuery);
    const body = result === undefined ? '' : JSON.stringify(result);
    response
      .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
      .end(body);
  };
}

function found(existed: boolean): undefined {
  if (!existed) throw new UnknownName('There is none of that name.');
}
