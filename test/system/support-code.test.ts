import test from 'ava';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const { control } = service.simulator;
const codeOf = (id: string) => `${id.slice(2, 6)}-${id.slice(6, 10)}-${id.slice(10, 12)}`.toUpperCase();
const shownIn = (page: string) => /class="code"[^>]*>[^<]*<span>([0-9A-F-]{12})<\/span>/.exec(page)?.[1];
const isHidden = (page: string) => /class="code"[^>]* hidden/.test(page);

test('a page that fails shows its login’s code, by which an operator finds it', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  control.addFault({ kind: 'error', errcode: 40226, person: person.name, endpoint: 'access_token' });
  const { id, status } = await person.login(entId);
  t.is(status, 'failed');
  const { text } = await person.visit(`/logins/${id}`);
  t.is(shownIn(text), codeOf(id));
  t.false(isHidden(text));
  const found = await until(async () => {
    const answer = await service.operate('GET', `/operate/logins/${shownIn(text)}`);
    return answer.status === 200 && (answer.json() as { login: string; status: string });
  });
  t.like(found, { login: id, status: 'failed' });
});

test('a page that waits has it hidden for the first ten seconds', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  control.addFault({ kind: 'hang', person: person.name, endpoint: 'access_token', count: 1 });
  await person.callback(await person.authorize(await person.start(entId)));
  const { text } = await person.visit(`/logins/${person.loginId}`);
  t.is(shownIn(text), codeOf(person.loginId));
  t.true(isHidden(text));
});

test('a page that starts again shows the code of the login that came back', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  await person.start(entId);
  const { status, text } = await person.visit(`/wechat/callback?state=${person.loginId}`);
  t.is(status, 400);
  t.is(shownIn(text), codeOf(person.loginId));
});

test('another browser’s login has no code, as one that does not exist has none', async (t) => {
  const { entId } = await service.seedEnterprise();
  const { id } = await service.person().login(entId);
  const { status, text } = await service.person().visit(`/logins/${id}`);
  t.is(status, 404);
  t.is(shownIn(text), undefined);
});

test('a page without a login shows the beginning of its request’s id, which is in the log', async (t) => {
  const answer = await service.person().visit('/wechatTransfer?ent_id=no+body+here');
  t.is(answer.status, 400);
  const id = String(answer.headers['x-request-id']);
  t.is(shownIn(answer.text), codeOf(`00${id.replaceAll('-', '')}`));
  await until(() => service.logs().some((line) => line.includes(id)));
});
