import { randomBytes } from 'node:crypto';
import test from 'ava';
import { withService } from '#test/support/start-service.ts';

const newKey = () => `${randomBytes(3).toString('hex')}:${randomBytes(32).toString('base64')}`;

test('processes with a new first key open what was sealed before, and go on side by side with those that know both', async (t) => {
  const [old, next] = [newKey(), newKey()];
  const service = await withService(t, { env: { SECRET_KEYS: `${old},${next}` } });
  const { entId } = await service.seedEnterprise();
  const begun = service.person();
  const callbackUrl = await begun.authorize(await begun.start(entId));

  const rotated = { SECRET_KEYS: `${next},${old}` };
  const { url } = await service.startIngress(rotated);
  await service.startWorker(rotated);
  const persons = Array.from({ length: 10 }, (_, at) =>
    service.person({ ingressUrl: at % 2 ? url : service.publicUrl }),
  );
  const ends = await Promise.all(persons.map((person) => person.login(entId)));
  t.deepEqual([...new Set(ends.map(({ status }) => status))], ['ready']);
  await begun.callback(callbackUrl);
  t.is((await begun.waitForEnd()).status, 'ready');
});

test('without the key that sealed an account’s secret its logins fail as misconfigured, and nothing is sent', async (t) => {
  const service = await withService(t, { workers: 0 });
  const { entId, appid } = await service.seedEnterprise();
  const lost = { SECRET_KEYS: newKey() };
  const { url } = await service.startIngress(lost);
  await service.startWorker(lost);
  const person = service.person({ ingressUrl: url });
  await person.callback(await person.authorize(await person.start(entId)));
  t.deepEqual(await person.waitForEnd(), { status: 'failed', reason: 'misconfigured' });
  t.is(service.simulator.control.calls({ appid, endpoint: 'access_token' }).calls.length, 0);
});

test('workers of one machine share the address of their admin listener, each on a port of its own', async (t) => {
  const service = await withService(t);
  const taken = new URL(service.workers[0]?.adminUrl ?? '').port;
  const second = await service.startWorker({ WORKER_ADMIN_PORT: taken });
  t.not(new URL(second.adminUrl).port, taken);
  t.is((await fetch(`${second.adminUrl}/readyz`)).status, 200);
});
