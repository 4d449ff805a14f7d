import test from 'ava';
import type { FaultInput } from '#simulator/fault-schema.ts';
import { until } from '#test/support/until.ts';
import { appid, secret, withSimulator } from './with-simulator.ts';

/** One exchange under this fault, then what the code is worth. */
async function exchangeUnder(t: Parameters<typeof withSimulator>[0], fault: FaultInput) {
  const simulator = await withSimulator(t);
  const { call, control, exchange, exchangeQuery, mint } = simulator;
  const code = mint();
  control.addFault({ count: 1, ...fault });
  const answer = await call('/sns/oauth2/access_token', exchangeQuery(code)).catch((error: Error) => error);
  const body =
    answer instanceof Response ? await answer.arrayBuffer().catch((error: Error) => error) : answer;
  const [logged] = control.calls({ endpoint: 'access_token' }).calls;
  const isSpent = (await exchange(code))['errcode'] === 40163;
  return { ...simulator, answer: answer as Response, body, logged, isSpent };
}
const textOf = (body: ArrayBuffer | Error) =>
  body instanceof Error ? '' : Buffer.from(body).toString('utf8');

for (const burns of [true, false]) {
  const fate = burns ? 'spends' : 'spares';

  test(`an error -1 that ${fate} the code`, async (t) => {
    const { body, isSpent, logged } = await exchangeUnder(t, { kind: 'error', errcode: -1, burns });
    t.regex(textOf(body), /^\{"errcode":-1,"errmsg":"system error, rid: /);
    t.is(isSpent, burns);
    t.like(logged, { fault: 'error', errcode: -1, consumed: burns });
  });

  test(`a connection reset that ${fate} the code`, async (t) => {
    const { body, isSpent, logged } = await exchangeUnder(t, { kind: 'reset', burns });
    t.is(((body as Error).cause as NodeJS.ErrnoException).code, 'ECONNRESET');
    t.is(isSpent, burns);
    t.like(logged, { fault: 'reset', errcode: null, consumed: burns, answeredAt: null });
  });

  test(`a hang that ${fate} the code`, async (t) => {
    const { call, control, exchange, exchangeQuery, mint } = await withSimulator(t);
    const code = mint();
    control.addFault({ kind: 'hang', burns, count: 1 });
    const controller = new AbortController();
    const hanging = call('/sns/oauth2/access_token', exchangeQuery(code), { signal: controller.signal });
    // Given up only once it has arrived: before that it would leave the fault to the next call.
    await until(() => control.calls({}).calls.length > 0);
    controller.abort();
    t.is((await t.throwsAsync(hanging))?.name, 'AbortError');
    t.is((await exchange(code))['errcode'], burns ? 40163 : undefined);
  });
}

test('an error of any errcode and wording', async (t) => {
  const { body } = await exchangeUnder(t, { kind: 'error', errcode: 61450, errmsg: 'other words' });
  t.like(JSON.parse(textOf(body)), { errcode: 61450 });
  t.regex(textOf(body), /other words, rid: /);
});

test('5xx with HTML spares the code', async (t) => {
  const { answer, body, isSpent } = await exchangeUnder(t, { kind: 'html', status: 503 });
  t.is(answer.status, 503);
  t.is(answer.headers.get('content-type'), 'text/html');
  t.regex(textOf(body), /<html>/);
  t.false(isSpent);
});

test('an empty body', async (t) => {
  const { answer, body } = await exchangeUnder(t, { kind: 'empty' });
  t.is(answer.status, 200);
  t.is(textOf(body), '');
});

test('a control character in a text as it is', async (t) => {
  const { body } = await exchangeUnder(t, { kind: 'raw-control' });
  t.throws(() => JSON.parse(textOf(body)));
  t.true(textOf(body).includes('\u0001'));
});

test('malformed JSON, complete by its length', async (t) => {
  const { body, isSpent } = await exchangeUnder(t, { kind: 'malformed' });
  t.regex(textOf(body), /^\{"access_token":"/);
  t.throws(() => JSON.parse(textOf(body)));
  t.true(isSpent);
});

test('a body shorter than its Content-Length', async (t) => {
  const { answer, body, isSpent } = await exchangeUnder(t, { kind: 'truncated' });
  t.true(Number(answer.headers.get('content-length')) > 0);
  t.true(body instanceof Error);
  t.true(isSpent);
});

test('wrong types in a well-formed answer', async (t) => {
  const { body } = await exchangeUnder(t, { kind: 'wrong-types' });
  t.like(JSON.parse(textOf(body)), { openid: 42, expires_in: '7200', scope: ['snsapi_userinfo'] });
});

test('bytes that are no UTF-8', async (t) => {
  const { body } = await exchangeUnder(t, { kind: 'invalid-utf8' });
  t.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(body as ArrayBuffer));
  t.notThrows(() => JSON.parse(textOf(body)));
});

test('a body of 10 MB, well-formed', async (t) => {
  const { body } = await exchangeUnder(t, { kind: 'oversized' });
  t.true((body as ArrayBuffer).byteLength > 10 << 20);
  t.like(JSON.parse(textOf(body)), { expires_in: 7200 });
});

test('a gzipped body nobody asked for, small on the wire and large behind it', async (t) => {
  const { answer, body } = await exchangeUnder(t, { kind: 'gzip', bytes: 1 << 20 });
  t.is(answer.headers.get('content-encoding'), 'gzip');
  t.true(Number(answer.headers.get('content-length')) < 10_000);
  t.true((body as ArrayBuffer).byteLength > 1 << 20);
});

test('a body that drips byte by byte', async (t) => {
  const { body, logged } = await exchangeUnder(t, { kind: 'drip', ms: 1 });
  t.like(JSON.parse(textOf(body)), { expires_in: 7200 });
  t.like(logged, { fault: 'drip', errcode: 0, consumed: true });
});

test('a slow answer comes late, but the code is spent on arrival', async (t) => {
  const { call, control, exchange, exchangeQuery, mint } = await withSimulator(t);
  const [patient, hasty] = [mint(), mint()];
  control.addFault({ kind: 'latency', ms: 100, spreadMs: 20, code: patient });
  const begun = performance.now();
  t.like(await exchange(patient), { expires_in: 7200 });
  const tookMs = performance.now() - begun;
  t.true(tookMs > 75, `${tookMs}`);
  control.addFault({ kind: 'latency', ms: 60_000, code: hasty, count: 1 });
  const givenUp = new AbortController();
  const calling = call('/sns/oauth2/access_token', exchangeQuery(hasty), { signal: givenUp.signal });
  await until(() => control.calls({ code: hasty }).calls.length === 1);
  givenUp.abort();
  await t.throwsAsync(calling);
  t.is((await exchange(hasty))['errcode'], 40163);
});

test('the weather is latency for everybody', async (t) => {
  const { control, exchange, mint } = await withSimulator(t, { behaviour: { latency: { ms: 60 } } });
  const begun = performance.now();
  await exchange(mint());
  t.true(performance.now() - begun > 55);
  const [call] = control.calls({ endpoint: 'access_token' }).calls;
  t.true((call?.answeredAt ?? 0) - (call?.time ?? 0) > 55);
});

test('a fault strikes only what it aims at, and only so often', async (t) => {
  const { control, exchange, mint, read } = await withSimulator(t, {
    accounts: { [appid]: secret, wx2: secret },
  });
  const aimed = mint('aimed');
  control.addFault({ kind: 'error', errcode: 45009, appid: 'wx2' });
  control.addFault({ kind: 'error', errcode: 45011, code: aimed, endpoint: 'access_token', count: 2 });
  control.addFault({ kind: 'error', errcode: 50002, person: 'frozen', endpoint: 'userinfo' });
  t.is((await exchange(mint(), { appid: 'wx2' }))['errcode'], 45009);
  t.is((await exchange(mint()))['errcode'], undefined);
  for (const errcode of [45011, 45011, undefined]) t.is((await exchange(aimed))['errcode'], errcode);
  const { access_token, openid } = (await exchange(mint('frozen'))) as Record<string, string>;
  t.like(await read('/sns/userinfo', { access_token: access_token ?? '', openid: openid ?? '' }), {
    errcode: 50002,
  });
  t.is(control.faults().length, 2);
});

test('with the same seed a probability strikes the same calls', async (t) => {
  const strikes = async (seed: number) => {
    const { control, exchange, mint } = await withSimulator(t, { seed });
    control.addFault({ kind: 'error', errcode: -1, probability: 0.5 });
    const struck: boolean[] = [];
    for (let count = 0; count < 40; count += 1) struck.push((await exchange(mint()))['errcode'] === -1);
    return struck;
  };
  const [one, again, other] = [await strikes(7), await strikes(7), await strikes(8)];
  t.deepEqual(one, again);
  t.notDeepEqual(one, other);
  t.true(one.includes(true) && one.includes(false));
});

test('the authorize page can be slow, down, or cut off', async (t) => {
  const { authorizeUrl, control, exchange, mint, open } = await withSimulator(t);
  const address = authorizeUrl({ scope: 'snsapi_base' });
  control.addFault({ kind: 'html', endpoint: 'authorize', count: 1 });
  t.is((await open(address)).status, 502);
  control.addFault({ kind: 'reset', endpoint: 'authorize', count: 1 });
  await t.throwsAsync(open(address));
  control.addFault({ kind: 'error', errcode: -1 });
  t.is((await open(address)).status, 302);
  t.is((await exchange(mint()))['errcode'], -1);
});

test('closing cuts what hangs', async (t) => {
  const { startSimulator } = await import('#simulator/start-simulator.ts');
  const simulator = await startSimulator({ accounts: { [appid]: secret } });
  simulator.control.addFault({ kind: 'hang' });
  const hanging = t.throwsAsync(fetch(`${simulator.url}/sns/userinfo`));
  await until(() => simulator.control.calls().calls.length === 1);
  await simulator.close();
  await hanging;
});
