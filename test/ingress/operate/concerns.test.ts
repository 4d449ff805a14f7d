import test from 'ava';
import { type ConditionName, conditions } from '#ingress/operate/conditions.ts';
import type { Trouble } from '#ingress/operate/troubles/trouble.ts';
import { withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';

const trouble = (condition: ConditionName, entIds: string[], appid?: string): Trouble => ({
  key: `${condition}|${appid}|${entIds}`,
  condition,
  severity: conditions[condition].severity,
  ...(appid && { appid }),
  entIds,
  cause: condition === 'wechat-call-fails' ? '40125' : 'x',
  since: Date.now(),
  people: 1,
});

test('the page of an enterprise tells what is the matter with its account, whoever failed there, and of no other account', async (t) => {
  const { call, incidents } = await withAdminDoor(t);
  const all = { wxa: ['a1', 'a2'], wxb: ['b1'] };
  for (const [appid, entIds] of Object.entries(all)) {
    await call('PUT', `/v1/accounts/${appid}`, { json: { name: appid, secret: 's' } });
    for (const id of entIds) {
      const json = { appid, name: id, login_url: 'https://host.example/login' };
      await call('PUT', `/v1/enterprises/${id}`, { json });
    }
  }
  await incidents.keep(
    [
      // Workers leave it alone, and nobody failed lately.
      trouble('wechat-call-fails', [], 'wxa'),
      trouble('nobody-comes-back', ['a1'], 'wxa'),
      trouble('host-does-not-redeem', ['a1'], 'wxa'),
      trouble('login-bugs', ['b1']),
      trouble('no-workers', []),
    ],
    Date.now(),
  );
  const toldOf = async (entId: string) => {
    const { json } = await call('GET', `/operate/live?ent_id=${entId}`);
    const told = json.incidents as unknown as { condition: string }[];
    return told.map(({ condition }) => condition).toSorted();
  };
  t.deepEqual(await toldOf('a1'), [
    'host-does-not-redeem',
    'no-workers',
    'nobody-comes-back',
    'wechat-call-fails',
  ]);
  t.deepEqual(await toldOf('a2'), ['no-workers', 'nobody-comes-back', 'wechat-call-fails']);
  t.deepEqual(await toldOf('b1'), ['login-bugs', 'no-workers']);
  const page = async (entId: string) =>
    (await call('GET', `/operate/enterprises/${entId}`, { headers: { accept: 'text/html' } })).text;
  t.regex(await page('a2'), /40125/);
  t.notRegex(await page('b1'), /40125/);
});
