import test from 'ava';
import type { FaultInput } from '#simulator/fault-schema.ts';
import { ticketIn } from '#test/support/person.ts';
import type { EnterpriseForm } from '#test/support/seed-service.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService({ ingresses: 2 });
const { control, url: weChat } = service.simulator;

/** Somebody whose callback has been taken; `fault` is WeChat's at the exchange of the code. */
async function someone({ fault, form = {} }: { fault?: Partial<FaultInput>; form?: EnterpriseForm } = {}) {
  const enterprise = await service.seedEnterprise(form);
  const person = service.person();
  const aimed =
    fault && control.addFault({ person: person.name, endpoint: 'access_token', ...fault } as FaultInput);
  const authorizeUrl = await person.start(enterprise.entId, { target: '/chat/7?a=b' });
  await person.callback(await person.authorize(authorizeUrl));
  /** Of this person alone: the other tests of this file have theirs. */
  const mend = () => control.removeFault(aimed?.id ?? 0);
  return { ...enterprise, person, authorizeUrl, mend };
}

test('pending: while WeChat has not answered', async (t) => {
  const { person } = await someone({ fault: { kind: 'hang' } });
  const answer = await person.readStatus();
  t.deepEqual(answer.json(), { status: 'pending' });
  t.is(answer.headers['cache-control'], 'no-store');
  t.regex(String(answer.headers['content-type']), /^application\/json/);
});

test('ready: leads to the enterprise’s login_url with ticket, ent_id and target', async (t) => {
  const { person, entId, loginUrl } = await someone();
  const { location = '', ...rest } = await person.waitForEnd();
  t.deepEqual(rest, { status: 'ready' });
  const [, ticket = ''] = /[?&]ticket=([^&]+)/.exec(location) ?? [];
  t.regex(ticket, /^[\w-]{43,}$/);
  const query = `ticket=${ticket}&ent_id=${entId}&target=${encodeURIComponent('/chat/7?a=b')}`;
  t.is(location, `${loginUrl}?${query}`);
});

test('ready: keeps the query that login_url has of its own', async (t) => {
  const { person } = await someone({ form: { login_url: 'https://host.example/in?from=wechat' } });
  t.regex((await person.waitForEnd()).location ?? '', /^https:\/\/host\.example\/in\?from=wechat&ticket=/);
});

test('bind: a first login of an enterprise that names its users itself leads to its bind_url', async (t) => {
  const { person, entId } = await someone({
    form: { unbound: 'bind', bind_url: 'https://host.example/b' },
  });
  const { status, location = '' } = await person.waitForEnd();
  t.is(status, 'bind');
  const [, ticket = ''] = /[?&]bind_ticket=([^&]+)/.exec(location) ?? [];
  t.is(location, `https://host.example/b?bind_ticket=${ticket}&ent_id=${entId}`);
  t.is(await service.mongo.collection('bindings').countDocuments({ entId }), 0);
});

test('reauthorize: a dead code leads back to WeChat with the same state, twice by itself, then by a button', async (t) => {
  const { person, authorizeUrl, mend } = await someone({ fault: { kind: 'error', errcode: 40029 } });
  for (const round of [1, 2]) {
    const view = await person.waitForEnd();
    t.like(view, { status: 'reauthorize', location: authorizeUrl }, `round ${round}`);
    t.true((view.retry_after_ms ?? -1) >= 0 && (view.retry_after_ms ?? 0) <= 5_000);
    await person.callback(await person.authorize(authorizeUrl));
  }
  t.deepEqual(await person.waitForEnd(), { status: 'reauthorize', location: authorizeUrl });
  // The person taps, and the same login goes on.
  mend();
  await person.callback(await person.authorize(authorizeUrl));
  t.is((await person.waitForEnd()).status, 'ready');
});

test('snapshot: nothing is bound, and after 使用完整服务 the same login goes on', async (t) => {
  const { entId, appid } = await service.seedEnterprise();
  const person = service.person();
  await person.start(entId);
  const round = (snapshot: boolean) => {
    const { code } = control.mintCode({ appid, person: person.name, state: person.loginId, snapshot });
    return person.callback(`/wechat/callback?code=${code}&state=${person.loginId}`);
  };
  await round(true);
  t.deepEqual(await person.waitForEnd(), { status: 'snapshot' });
  t.is(await service.mongo.collection('bindings').countDocuments({ entId }), 0);
  const calls = control.calls({ appid, endpoint: 'userinfo' }).calls;
  t.is(calls.length, 0);
  await round(false);
  t.is((await person.waitForEnd()).status, 'ready');
});

test('a real code that comes while the snapshot’s is still on its way decides the login', async (t) => {
  const { entId, appid } = await service.seedEnterprise();
  const person = service.person();
  await person.start(entId);
  const mint = (snapshot: boolean) =>
    control.mintCode({ appid, person: person.name, state: person.loginId, snapshot });
  const [virtual, real] = [mint(true), mint(false)];
  control.addFault({ kind: 'latency', ms: 1_500, code: virtual.code, endpoint: 'access_token' });
  for (const { code } of [virtual, real]) {
    await person.callback(`/wechat/callback?code=${code}&state=${person.loginId}`);
  }
  t.is((await person.waitForEnd()).status, 'ready');
  const [binding, ...others] = await service.mongo.collection('bindings').find({ entId }).toArray();
  t.is(binding?.['openid'], real.openid);
  t.is(others.length, 0);
});

test('failed, misconfigured: WeChat does not know our secret', async (t) => {
  const { appid } = await service.seedAccount();
  control.putAccount(appid, { secret: 'another' });
  const { person } = await someone({ form: { appid } });
  t.deepEqual(await person.waitForEnd(), { status: 'failed', reason: 'misconfigured' });
});

test('failed, refused: WeChat refuses the person', async (t) => {
  const { person } = await someone({ fault: { kind: 'error', errcode: 50002 } });
  t.deepEqual(await person.waitForEnd(), { status: 'failed', reason: 'refused' });
});

test('failed, internal: a bug of ours, which three attempts do not heal', async (t) => {
  const enterprise = await service.seedEnterprise();
  // MongoDB takes no binding of this enterprise: to the workers an error like any that nobody thought of.
  const validator = { entId: { $ne: enterprise.entId } };
  await service.mongo.db?.command({ collMod: 'bindings', validator });
  const person = service.person();
  await person.callback(await person.authorize(await person.start(enterprise.entId)));
  t.deepEqual(await person.waitForEnd(), { status: 'failed', reason: 'internal' });
  const history = service.mongo.collection('login_history');
  t.like(await until(() => history.findOne({ entId: enterprise.entId })), {
    outcome: 'failed',
    reason: 'internal',
  });
});

test('a held answer comes the moment the login ends, also when another ingress took the callback', async (t) => {
  const { person } = await someone({ fault: { kind: 'latency', ms: 800 } });
  const elsewhere = service.person({ ingressUrl: service.ingresses[1]?.url ?? '' });
  for (const [name, value] of person.cookies) elsewhere.cookies.set(name, value);
  const begun = performance.now();
  const views = await Promise.all(
    [person, elsewhere].map((one) => one.poll({ id: person.loginId, wait: 25 })),
  );
  const tookMs = performance.now() - begun;
  t.is(views[0]?.status, 'ready');
  t.deepEqual(views[0], views[1]);
  t.true(tookMs > 300 && tookMs < 15_000, `${tookMs}`);
});

test('a held answer is given after its time, and without wait at once', async (t) => {
  const { person } = await someone({ fault: { kind: 'hang' } });
  const begun = performance.now();
  t.is((await person.poll()).status, 'pending');
  const atOnceMs = performance.now() - begun;
  t.is((await person.poll({ wait: 1 })).status, 'pending');
  const heldMs = performance.now() - begun - atOnceMs;
  t.true(heldMs > 900 && heldMs < 10_000 && atOnceMs < 10_000, `${atOnceMs}, ${heldMs}`);
});

test('an unknown login and another browser’s look the same, whatever state that is in', async (t) => {
  const pending = await someone({ fault: { kind: 'hang' } });
  const ready = await someone();
  await ready.person.waitForEnd();
  const stranger = service.person();
  const nobody = service.person();
  await stranger.start(pending.entId);
  const ids = [pending.person.loginId, ready.person.loginId, `00${'f'.repeat(32)}`, 'not-an-id'];
  const seen = new Set<string>();
  for (const one of [stranger, nobody]) {
    for (const id of ids) {
      for (const wait of [undefined, 5]) {
        const { status, headers, text } = await one.readStatus({ id, ...(wait && { wait }) });
        const { date: _, 'x-request-id': __, ...same } = headers;
        seen.add(JSON.stringify([status, same, text]));
      }
    }
  }
  t.is(seen.size, 1, [...seen].join('\n'));
  t.regex([...seen][0] ?? '', /^\[404,/);
});

test('foreign polls are not held, so that waiting tells nothing either', async (t) => {
  const { person } = await someone({ fault: { kind: 'hang' } });
  const begun = performance.now();
  await service.person().readStatus({ id: person.loginId, wait: 25 });
  t.true(performance.now() - begun < 20_000);
});

test('the authorize page of a new round is one that WeChat takes', async (t) => {
  const { person, appid } = await someone({ fault: { kind: 'error', errcode: 40163, count: 1 } });
  const { location = '' } = await person.waitForEnd();
  t.true(location.startsWith(`${weChat}/connect/oauth2/authorize?appid=${appid}&redirect_uri=`));
  await person.callback(await person.authorize(location));
  t.true(await until(async () => (await person.poll()).status === 'ready'));
});

test('the page is told by a header whom to greet, whatever the nickname is made of', async (t) => {
  const enterprise = await service.seedEnterprise();
  for (const name of ['xiaoming', 'odd']) {
    const person = service.person({ name });
    await person.callback(await person.authorize(await person.start(enterprise.entId)));
    const { location } = await person.waitForEnd();
    const { headers, text } = await person.visit(`/logins/${person.loginId}/status`);
    const ticket = ticketIn(location);
    const { json } = await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket });
    t.is(decodeURIComponent(String(headers['x-login-who'])), json().nickname.toWellFormed());
    t.is(json().nickname.length > 2, true);
    t.deepEqual(Object.keys(JSON.parse(text)), ['status', 'location']);
  }
});
