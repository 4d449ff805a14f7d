import test from 'ava';
import { createPerson } from '#test/support/person.ts';
import { startService } from '#test/support/start-service.ts';

test('npm start serves a login from its link to its ticket, in one process', async (t) => {
  await using service = await startService({ ingresses: 0, workers: 0, signOfLife: false });
  const both = await service.startBoth();
  const enterprise = await service.seedEnterprise();
  const person = createPerson({ ingressUrl: both.url });
  const end = await person.login(enterprise.entId);
  t.is(end.status, 'ready');
  const told = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket: end.ticket });
  t.is(told.status, 200);
  const names = new Set(both.lines.map((line) => (JSON.parse(line) as { name: string }).name));
  t.deepEqual([...names].toSorted(), ['ingress', 'workers']);
});
