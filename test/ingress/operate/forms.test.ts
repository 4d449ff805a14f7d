import test from 'ava';
import {
  accountFields,
  clientFields,
  enterpriseFields,
  secretField,
} from '#ingress/operate/forms/entity-fields.ts';
import { formWords } from '#ingress/operate/forms/form-words.ts';
import { clientForm } from '#ingress/operator/client-form.ts';
import { accountForm, enterpriseForm } from '#ingress/operator/forms.ts';
import { exchangeJobName } from '#models/login/job.ts';
import { jobDataOf, jobIdOf } from '#models/login/job-logins.ts';
import { adminToken, withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { shared } from '#test/support/shared.ts';
import { until } from '#test/support/until.ts';

const door = shared(test, (t) => withAdminDoor(t));
let count = 0;
const newId = (kind: string) => `${kind}-${++count}`;

/** What a browser does with a form, in the words of a language. */
async function send(path: string, form?: Record<string, string>, lang = 'en') {
  const answer = await fetch(door().origin + path, {
    method: form === undefined ? 'GET' : 'POST',
    redirect: 'manual',
    body: form === undefined ? null : new URLSearchParams(form),
    headers: { authorization: `Bearer ${adminToken}`, accept: 'text/html', 'accept-language': lang },
  });
  const text = await answer.text();
  const version = /name="version" value="([^"]*)"/.exec(text)?.[1] ?? '';
  return { status: answer.status, location: answer.headers.get('location'), text, version };
}

async function makeAccount(): Promise<string> {
  const appid = newId('wx');
  const made = await send('/operate/accounts', { version: '', appid, name: 'An account', secret: 'geheim' });
  if (made.status !== 303) throw new Error(`${made.status} ${made.text}`);
  return appid;
}

const enterpriseOf = (appid: string) => ({
  appid,
  name: 'Acme',
  login_url: 'https://app.example.com/login',
  unbound: 'create',
  scope: 'snsapi_userinfo',
  unionid: 'never',
});

test('a form has every member that its door takes, and words for each in both languages', (t) => {
  const namesOf = (fields: readonly { name: string }[]) => fields.map(({ name }) => name).toSorted();
  const without = (shape: object, ...names: string[]) =>
    Object.keys(shape)
      .filter((name) => !names.includes(name))
      .toSorted();
  t.deepEqual(namesOf(enterpriseFields), without(enterpriseForm.shape, 'ent_id'));
  t.deepEqual(namesOf(clientFields), without(clientForm.shape, 'client_id'));
  // Files and a pause have forms of their own, and there is one source.
  const others = ['appid', 'verify_files', 'paused', 'source'];
  t.deepEqual(namesOf([...accountFields, secretField]), without(accountForm.shape, ...others));
  for (const words of Object.values(formWords)) {
    for (const { name } of [...accountFields, secretField, ...enterpriseFields, ...clientFields])
      t.truthy(words.fields[name], name);
  }
  t.deepEqual(Object.keys(formWords.en.hints).toSorted(), Object.keys(formWords.zh_CN.hints).toSorted());
});

test('an account is made, changed, given another secret and removed by forms, each on record', async (t) => {
  const { accounts, actions, sealer } = door();
  const appid = await makeAccount();
  const { version, text } = await send(`/operate/accounts/${appid}/change`);
  t.false(text.includes('geheim'));
  const changed = await send(`/operate/accounts/${appid}`, { version, name: 'Another name' });
  t.is(changed.location, `/operate/accounts/${appid}`);
  t.is((await send(`/operate/accounts/${appid}/secret`, { secret: 'neues' })).status, 303);
  const stored = await accounts.findOne({ appid }).lean();
  t.is(stored?.name, 'Another name');
  t.is(sealer.open(stored?.sealedSecret ?? '', `account:${appid}`), 'neues');

  t.is((await send(`/operate/accounts/${appid}/delete`, { confirm: 'other' })).status, 422);
  t.is((await send(`/operate/accounts/${appid}/delete`, { confirm: appid })).location, '/operate/accounts');
  t.is(await accounts.countDocuments({ appid }), 0);
  const deeds = await actions
    .find({ object: `account ${appid}` })
    .sort({ at: 1 })
    .lean();
  t.deepEqual(
    deeds.map(({ action }) => action),
    ['make', 'change', 'change', 'remove'],
  );
  t.false(JSON.stringify(deeds).includes('geheim'));
});

test('every fault is told at its field, in both languages, and a secret that was typed is not echoed', async (t) => {
  const form = { version: '', appid: 'not an appid', name: '', secret: 'ge heim' };
  const bad = await send('/operate/accounts', { ...form, appid: newId('wx') });
  t.is(bad.status, 422);
  for (const name of ['name', 'secret']) t.true(bad.text.includes(`id="fault-${name}"`), name);
  t.false(bad.text.includes('ge heim'));
  t.true((await send('/operate/accounts', form)).text.includes('id="fault-appid"'));

  const wrong = { ...enterpriseOf('wx-unknown'), login_url: 'ftp://x', bind_url: 'x', brand_color: 'green' };
  const zh = await send('/operate/enterprises', { version: '', ent_id: newId('e'), ...wrong }, 'zh-CN');
  t.is(zh.status, 422);
  t.regex(zh.text, /<html lang="zh-CN">/);
  for (const name of ['login_url', 'bind_url', 'brand_color'])
    t.true(
      zh.text.includes(
        `<p class="fault" id="fault-${name}">${name === 'brand_color' ? '#rrggbb' : '完整的'}`,
      ),
      name,
    );
  t.true(zh.text.includes('value="ftp://x"'));
  const unknown = await send('/operate/enterprises', {
    version: '',
    ent_id: newId('e'),
    ...enterpriseOf('wx-unknown'),
  });
  t.regex(unknown.text, /id="fault-appid">there is no such account/);
});

test('of two who change the same, the second sees both versions, and may put his in place', async (t) => {
  const { enterprises, actions } = door();
  const appid = await makeAccount();
  const entId = newId('e');
  const made = await send('/operate/enterprises', { version: '', ent_id: entId, ...enterpriseOf(appid) });
  t.is(made.status, 201);
  t.regex(made.text, /id="once" readonly value="[\w-]{43}"/);
  const { version } = await send(`/operate/enterprises/${entId}/change`);
  const path = `/operate/enterprises/${entId}`;
  t.is((await send(path, { ...enterpriseOf(appid), version, name: 'Of the first' })).status, 303);
  const late = await send(path, { ...enterpriseOf(appid), version, name: 'Of the second' });
  t.is(late.status, 409);
  t.regex(late.text, /<td>Of the first<\/td><td>Of the second<\/td>/);
  t.is((await enterprises.findOne({ entId }).lean())?.name, 'Of the first');
  t.is(
    (await send(path, { ...enterpriseOf(appid), version: late.version, name: 'Of the second' })).status,
    303,
  );
  t.is((await enterprises.findOne({ entId }).lean())?.name, 'Of the second');
  // What was refused is not on record as done.
  t.is(await actions.countDocuments({ object: `enterprise ${entId}`, action: 'change' }), 2);
  // One that is there already is not made again.
  const again = await send('/operate/enterprises', { version: '', ent_id: entId, ...enterpriseOf(appid) });
  t.is(again.status, 409);
  // An account that is in use names its users.
  const used = await send(`/operate/accounts/${appid}/delete`, { confirm: appid });
  t.is(used.status, 409);
  t.true(used.text.includes(entId));
});

test('ten changes of one version at the same moment: one is kept', async (t) => {
  const appid = await makeAccount();
  const { version } = await send(`/operate/accounts/${appid}/change`);
  const all = await Promise.all(
    Array.from({ length: 5 }, (_, n) => send(`/operate/accounts/${appid}`, { version, name: `N${n}` })),
  );
  t.is(all.filter(({ status }) => status === 303).length, 1);
  t.true(all.every(({ status }) => status === 303 || status === 409));
});

test('a key is rotated with an overlap, shown once, and not for a wrong number of hours', async (t) => {
  const { enterprises, clients } = door();
  const appid = await makeAccount();
  const entId = newId('e');
  await send('/operate/enterprises', { version: '', ent_id: entId, ...enterpriseOf(appid) });
  const path = `/operate/enterprises/${entId}/rotate-key`;
  t.regex((await send(path)).text, /name="keep_old_for_hours"[^>]* value="24"/);
  for (const hours of ['', 'x', '-1', '169']) {
    const bad = await send(path, { keep_old_for_hours: hours });
    t.is(bad.status, 422, hours);
    t.true(bad.text.includes('id="fault-keep_old_for_hours"'), hours);
  }
  const rotated = await send(path, { keep_old_for_hours: '24' });
  t.regex(rotated.text, /id="once" readonly value="[\w-]{43}"[\s\S]*<time datetime=/);
  t.truthy((await enterprises.findOne({ entId }).lean())?.previousKeyDigest);

  const clientId = newId('c');
  const client = { name: 'C', ent_ids: entId, redirect_uris: 'https://a.example/cb\r\nhttps://b.example/cb' };
  const form = { version: '', client_id: clientId, ...client, scopes: 'openid\nprofile' };
  const more = { token_endpoint_auth_method: 'client_secret_basic', id_token_signed_response_alg: 'ES256' };
  t.regex((await send('/operate/clients', { ...form, ...more })).text, /id="once"/);
  t.like(await clients.findOne({ clientId }).lean(), {
    redirectUris: ['https://a.example/cb', 'https://b.example/cb'],
    scopes: ['openid', 'profile'],
    idTokenSignedResponseAlg: 'ES256',
  });
  t.true((await send('/operate/clients')).text.includes(`/operate/clients/${clientId}/delete`));
  const secret = await send(`/operate/clients/${clientId}/rotate-secret`, { keep_old_for_hours: '0' });
  t.regex(secret.text, /id="once" readonly value="[\w-]{43}"/);
});

/** Codes of an account that lie in the queue, so many in each job. */
async function putCodes(appid: string, ...jobs: readonly number[]): Promise<number> {
  const diesAt = Date.now() + 200_000;
  for (const logins of jobs) {
    const exchanges = Array.from({ length: logins }, (_, at) => ({
      ...{ login: loginOf(++count), n: 1, entId: 'acme', appid },
      ...{ recordedAt: diesAt - 300_000, diesAt: diesAt - 1_000 * at },
    }));
    await door().queues[0]?.add(exchangeJobName, jobDataOf(exchanges), { jobId: jobIdOf(exchanges) });
  }
  return diesAt;
}
const loginOf = (n: number) => `00${n.toString(16).padStart(32, '0')}`;

test('the door of an account is closed with a sentence, and opened, by forms', async (t) => {
  const { accounts } = door();
  const appid = await makeAccount();
  const path = `/operate/accounts/${appid}/pause`;
  t.is((await send(path, { level: 'door', reason: 'a'.repeat(201) })).status, 422);
  t.is((await send(path, { level: 'door', reason: 'moving', sentence: 'Until four.' })).status, 303);
  t.like(await accounts.findOne({ appid }).lean(), {
    doorClosedByOperator: { by: 'root', reason: 'moving', sentence: 'Until four.' },
  });
  const page = await send(`/operate/accounts/${appid}`);
  t.regex(page.text, /the door is closed by an operator/);
  t.regex(page.text, /Until four\./);
  t.regex((await send(path, undefined, 'zh-CN')).text, /value="Until four\."/);
  t.is((await send(`/operate/accounts/${appid}/resume`, {})).status, 303);
  t.falsy((await accounts.findOne({ appid }).lean())?.doorClosedByOperator);
});

test('a pause ends by itself in the time that is typed; nothing typed keeps its end, 0 has none', async (t) => {
  const { accounts } = door();
  const appid = await makeAccount();
  const path = `/operate/accounts/${appid}/pause`;
  const endOf = async () => (await accounts.findOne({ appid }).lean())?.doorClosedByOperator?.until;
  const pause = async (more: Record<string, string>) => {
    const before = Date.now();
    t.is((await send(path, { level: 'door', ends_unit: 'minutes', ...more })).status, 303);
    return { before, after: Date.now() };
  };
  for (const [ends_in, ends_unit, ms] of [
    ['90', 'minutes', 5_400_000],
    ['2', 'hours', 7_200_000],
  ] as const) {
    const { before, after } = await pause({ ends_in, ends_unit });
    const end = (await endOf())?.getTime() ?? 0;
    t.true(end >= before + ms && end <= after + ms, ends_unit);
  }
  const end = await endOf();
  await pause({ ends_in: '', sentence: 'We move house.' });
  t.deepEqual(await endOf(), end);
  const told = `<time datetime="${end?.toISOString()}">`;
  t.true((await send(path)).text.includes(`As it is now, it ends at ${told}`));
  t.true((await send(`/operate/accounts/${appid}`)).text.includes(`Paused until</dt><dd>${told}`));
  for (const wrong of ['-1', '1.5', 'four', '1e3', '527041', '1000000']) {
    const refused = await send(path, { level: 'door', ends_unit: 'minutes', ends_in: wrong });
    t.is(refused.status, 422, wrong);
    t.regex(refused.text, /id="fault-ends_in">must be a whole number, of 366 days at most</, wrong);
  }
  t.is((await send(path, { level: 'door', ends_unit: 'hours', ends_in: '8785' })).status, 422);
  t.deepEqual(await endOf(), end);
  await pause({ ends_in: '0' });
  t.is(await endOf(), undefined);
  t.regex((await send(`/operate/accounts/${appid}`)).text, /Paused until<\/dt><dd>it is resumed</);
});

test('the first screen names each account that an operator has paused, and until when', async (t) => {
  const { paused } = door();
  const [ending, other] = [await makeAccount(), await makeAccount()];
  const until = new Date(Date.now() + 3_600_000);
  paused.set(ending, { by: 'ann', at: new Date(), until, level: 'door' });
  paused.set(other, { by: 'ann', at: new Date(), level: 'calls' });
  const lines = async (lang?: string) =>
    Array.from(
      (await send('/operate', undefined, lang)).text.matchAll(/<p class="beside"><a.*<\/p>/g),
      String,
    );
  const lineOf = async (appid: string, lang?: string) =>
    (await lines(lang)).find((line) => line.includes(`/operate/accounts/${appid}"`)) ?? '';
  const time = `<time datetime="${until.toISOString()}">`;
  t.true((await lineOf(ending)).includes(`>An account</a> <span class="id">${ending}</span>`));
  t.true((await lineOf(ending)).includes(`Paused until ${time}`));
  t.regex(await lineOf(ending), /the door is closed by an operator.*Paused by ann/);
  t.regex(await lineOf(other), /Paused until it is resumed.*no call is made/);
  t.true((await lineOf(ending, 'zh-CN')).includes(`暂停至 ${time}`));
});

test('who pauses the calls of an account is told how many codes die and when, and types the number', async (t) => {
  const { accounts } = door();
  const [appid, other] = [await makeAccount(), await makeAccount()];
  const path = `/operate/accounts/${appid}/pause`;
  await putCodes(other, 3);
  const diesAt = await putCodes(appid, 1, 32, 8);
  const form = await send(path);
  t.regex(form.text, /41 codes die, the last of them at <time datetime="/);
  t.is(/id="note">.*?datetime="([^"]*)"/.exec(form.text)?.[1], new Date(diesAt).toISOString());
  t.regex(form.text, /name="shown" value="41"/);
  t.regex((await send(path, undefined, 'zh-CN')).text, /将有 41 个 code 失效/);

  const typed = { level: 'calls', reason: 'moving', shown: '41' };
  for (const codes of ['', '40', '3', 'all']) {
    const refused = await send(path, { ...typed, codes });
    t.is(refused.status, 422, codes);
    t.regex(refused.text, /id="fault-codes"/);
  }
  t.falsy((await accounts.findOne({ appid }).lean())?.pausedByOperator);
  t.is((await send(path, { ...typed, codes: '41' })).status, 303);
  t.like(await accounts.findOne({ appid }).lean(), { pausedByOperator: { by: 'root', reason: 'moving' } });
});

test('of many more codes than he was shown an operator is told before they die', async (t) => {
  const { accounts } = door();
  const appid = await makeAccount();
  const path = `/operate/accounts/${appid}/pause`;
  t.regex((await send(path)).text, /name="shown" value="0"/);
  await putCodes(appid, 11);
  await until(async () => (await send(path)).text.includes('11 codes die'));
  const refused = await send(path, { level: 'calls', shown: '0', codes: '0' });
  t.is(refused.status, 422);
  t.regex(refused.text, /11 codes die/);
  t.falsy((await accounts.findOne({ appid }).lean())?.pausedByOperator);
});

test('a paused account’s page tells what dies and who waits, beside the button that resumes it', async (t) => {
  const { paused, accounts } = door();
  const appid = await makeAccount();
  const pause = { by: 'root', at: new Date() };
  await accounts.updateOne({ appid }, { $set: { pausedByOperator: pause } });
  paused.set(appid, { ...pause, level: 'calls' });
  await putCodes(appid, 5);
  const { text } = await send(`/operate/accounts/${appid}`);
  // Seven are held before the door.
  t.regex(text, /Resume<span data-live="waiting"> \(12 wait\)/);
  t.regex(text, /Codes that die unless it is resumed<\/dt><dd>5 .*the last of them at <time/);
  t.regex((await send(`/operate/accounts/${appid}`, undefined, 'zh-CN')).text, /12 人在等待/);
});

test('verification files are added and removed, and only what is stored is looked for', async (t) => {
  const { accounts } = door();
  const appid = await makeAccount();
  const path = `/operate/accounts/${appid}/verify-files`;
  const { version } = await send(path);
  t.is((await send(path, { version, file: 'other.txt', content: 'x' })).status, 422);
  t.is((await send(path, { version, file: 'MP_verify_abc.txt', content: 'abc' })).status, 303);
  t.is((await send(path, { version, file: 'MP_verify_def.txt', content: 'def' })).status, 409);
  t.is((await send(`${path}/check`, { name: 'MP_verify_other.txt' })).status, 404);
  const next = await send(path);
  t.is((await send(path, { version: next.version, remove: 'MP_verify_abc.txt' })).status, 303);
  t.deepEqual((await accounts.findOne({ appid }).lean())?.verifyFiles, []);
});

test('a viewer sees no form and changes nothing by one', async (t) => {
  const { call, origin } = door();
  const appid = await makeAccount();
  const { token } = (await call('PUT', `/v1/operators/${newId('v')}`, { json: { role: 'viewer' } })).json;
  const headers = { authorization: `Bearer ${token}` };
  for (const [method, path] of [
    ['GET', `/operate/accounts/${appid}/change`],
    ['GET', '/operate/new/accounts'],
    ['GET', '/operate/clients'],
    ['POST', `/operate/accounts/${appid}`],
    ['POST', `/operate/accounts/${appid}/pause`],
    ['POST', `/operate/accounts/${appid}/test`],
  ] as const)
    t.is((await fetch(origin + path, { method, headers })).status, 403, `${method} ${path}`);
});

test('a key’s form that is sent twice at once rotates it once, so that the overlap is the host’s own key’s', async (t) => {
  const { enterprises, clients } = door();
  const appid = await makeAccount();
  const [entId, clientId] = [newId('e'), newId('c')];
  await send('/operate/enterprises', { version: '', ent_id: entId, ...enterpriseOf(appid) });
  const client = { name: 'C', ent_ids: entId, redirect_uris: 'https://a.example/cb', scopes: 'openid' };
  const more = { token_endpoint_auth_method: 'client_secret_basic', id_token_signed_response_alg: 'ES256' };
  await send('/operate/clients', { version: '', client_id: clientId, ...client, ...more });
  const before = await enterprises.findOne({ entId }).lean();
  const clientBefore = await clients.findOne({ clientId }).lean();
  for (const path of [
    `/operate/enterprises/${entId}/rotate-key`,
    `/operate/clients/${clientId}/rotate-secret`,
  ]) {
    const { version } = await send(path);
    const form = { version, keep_old_for_hours: '24' };
    const twice = await Promise.all([send(path, form), send(path, form)]);
    t.deepEqual(twice.map(({ status }) => status).toSorted(), [200, 409], path);
  }
  t.is((await enterprises.findOne({ entId }).lean())?.previousKeyDigest, before?.apiKeyDigest);
  t.is((await clients.findOne({ clientId }).lean())?.previousSecretDigest, clientBefore?.secretDigest);
});

test('a place is found by what its id begins with, and by its name', async (t) => {
  const appid = await makeAccount();
  const entId = newId('found');
  const named = { ...enterpriseOf(appid), name: '示例企业 (Bei.jing)' };
  await send('/operate/enterprises', { version: '', ent_id: entId, ...named });
  const finds = async (q: string) => {
    const { status, text } = await send(`/operate/enterprises?${new URLSearchParams({ q })}`);
    t.is(status, 200, q);
    return text.includes(`/operate/enterprises/${entId}"`);
  };
  for (const q of ['found', '示例', 'bei.JING)', '']) t.true(await finds(q), q);
  for (const q of ['beixjing', 'nobody', '[', '.*']) t.false(await finds(q), q);
});
