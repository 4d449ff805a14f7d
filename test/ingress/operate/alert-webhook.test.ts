import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { createAlertWebhook } from '#ingress/operate/alert-webhook.ts';
import type { IncidentChange } from '#ingress/operate/incidents.ts';
import { capturedLog } from '#test/support/captured-log.ts';
import { until } from '#test/support/until.ts';

async function withReceiver(t: ExecutionContext) {
  const told: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      told.push((JSON.parse(body) as { event: string }).event);
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { log } = capturedLog();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { tell: createAlertWebhook({ url, log }), told };
}

const change = (what: IncidentChange['what'], severity?: string): IncidentChange => ({
  what,
  incident: {
    _id: '1',
    key: 'no-workers',
    condition: 'no-workers',
    ...(severity && { severity }),
    entIds: [],
    cause: 'no-workers',
    since: new Date(),
    last: new Date(),
    people: 1,
    toldPeople: 1,
  },
});

test('only the very same news within a minute is held back: what it came to is told', async (t) => {
  const { tell, told } = await withReceiver(t);
  const all = ['open', 'open', 'worse', 'worse', 'end', 'end', 'open', 'end'] as const;
  let heard = 0;
  for (const [n, what] of all.entries()) {
    tell(change(what));
    if (all[n - 1] !== what) heard += 1;
    await until(() => told.length === heard);
  }
  t.deepEqual(told, ['open', 'worse', 'end', 'open', 'end']);
});

test('a notice is told to nobody, until it is one no more', async (t) => {
  const { tell, told } = await withReceiver(t);
  tell(change('open', 'notice'));
  tell(change('end', 'notice'));
  tell(change('worse', 'page'));
  tell(change('end', 'page'));
  await until(() => told.length >= 2);
  t.deepEqual(told.toSorted(), ['end', 'worse']);
});
