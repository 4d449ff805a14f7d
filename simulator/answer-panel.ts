import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ParsedUrlQuery, parse } from 'node:querystring';
import { isPresetName, presetOf, presets } from './fault-presets.ts';
import type { Faults } from './faults.ts';
import { readBody } from './read-body.ts';
import { parameter } from './sns-endpoints.ts';

/** Once, 3 or 10 times; left empty until it is cleared. */
const countOf = (text: string): { count?: number } =>
  /^[1-9]\d{0,3}$/.test(text) ? { count: Number(text) } : {};

/** One button of the panel: `on` and `off` a preset, `remove` a fault by its id, `clear` all. False: the form has none of ours. */
function press(form: ParsedUrlQuery, faults: Faults): boolean {
  const [on, off, id] = [parameter(form, 'on'), parameter(form, 'off'), parameter(form, 'remove')];
  const appid = parameter(form, 'appid');
  if (isPresetName(on))
    faults.add({ ...presets[on], ...countOf(parameter(form, 'count')), ...(appid && { appid }) });
  else if (isPresetName(off))
    for (const fault of faults.list()) presetOf(fault) === off && faults.remove(fault.id);
  else if (/^\d+$/.test(id)) faults.remove(Number(id));
  else if (parameter(form, 'clear') === 'all') faults.clear();
  else return false;
  return true;
}

/** `POST /panel/faults`: the panel's form, and back to the panel. */
export function createPanelAnswerer({ faults }: { faults: Faults }) {
  return async function pressFault(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isOurs = press(parse(await readBody(request)), faults);
    if (isOurs) response.writeHead(303, { Location: '/#break', 'Content-Length': 0 }).end();
    else response.writeHead(400, { 'Content-Type': 'text/plain' }).end('The panel has no such button.');
  };
}

export function refuseForeign(response: ServerResponse): void {
  response
    .writeHead(403, { 'Content-Type': 'text/plain' })
    .end('Refused: sent by a page of another origin. The simulator takes its own forms, and programs.');
}
