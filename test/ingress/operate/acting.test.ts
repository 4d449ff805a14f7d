import test from 'ava';
import { shared } from '#test/support/shared.ts';
import { until } from '#test/support/until.ts';
import { operatorBrowser } from './operator-browser.ts';
import { withPages } from './with-pages.ts';

const pages = shared(test, withPages);

test('an operator says that he takes care of an incident, and all see it; a viewer cannot', async (t) => {
  const { signedIn, openIncident, actions } = pages();
  const id = await openIncident('wx1', ['other']);
  const path = `/operate/incidents/${id}/acknowledge`;
  const viewer = await signedIn('viewer');
  t.is((await viewer.visit(path, { back: '/operate' })).status, 403);
  const operator = await signedIn('operator');
  t.true((await operator.visit('/operate')).text.includes(path));
  const answer = await operator.visit(path, { back: '/operate' });
  t.is(answer.status, 303);
  t.is(answer.headers.get('location'), '/operate');
  t.regex((await viewer.visit('/operate/incidents')).text, new RegExp(`Taken care of by ${operator.name}`));
  t.false((await operator.visit('/operate/incidents')).text.includes(path));
  t.like(await actions.findOne({ action: 'acknowledge' }).lean(), {
    actor: operator.name,
    object: `incident ${id}`,
  });
  t.is((await operator.visit(path, { back: 'https://evil.example/' })).status, 400);
  t.is((await operator.visit(path.replace(id, crypto.randomUUID()), { back: '/operate' })).status, 404);
  t.is((await operator.visit(path, { back: '/operate' }, { origin: 'https://evil.example' })).status, 403);
});

test('the record is read by who and by what, the latest first, a hundred at a time', async (t) => {
  const { signedIn, actions } = pages();
  const one = { actor: 'ann', role: 'operator', address: '127.0.0.1', action: 'change', requestId: 'x' };
  const at = Date.now() - 10_000;
  await actions.create(
    Array.from({ length: 130 }, (_, n) => ({
      ...one,
      object: n % 2 ? 'account wxa' : 'enterprise acme',
      // Some at the same moment: none is lost between two pages.
      at: new Date(at - Math.floor(n / 40) * 1_000),
      before: { name: `old ${n}` },
      after: { name: `<b>new ${n}`, secret: '(changed)' },
    })),
  );
  const { visit } = await signedIn('operator');
  const first = await visit('/operate/audit?actor=ann');
  const newOnes = (text: string) => Array.from(text.matchAll(/&lt;b&gt;new (\d+)/g), ([, n]) => Number(n));
  t.is(newOnes(first.text).length, 100);
  t.notRegex(first.text, /<b>new/);
  const older = /rel="next" href="([^"]+)"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const second = await visit(older);
  t.is(new Set([...newOnes(first.text), ...newOnes(second.text)]).size, 130);
  t.notRegex(second.text, /rel="next"/);
  t.is(newOnes((await visit('/operate/audit?actor=ann&object=account+wxa')).text).length, 65);
  t.regex((await visit('/operate/audit?actor=nobody')).text, /Nothing\./);
  t.is((await visit('/operate/audit?actor[$ne]=x&before=1-%24')).status, 400);
});

test('root makes a token that is shown once, works, and ends when it is removed', async (t) => {
  const { signedIn, origin, operators } = pages();
  const { visit } = await signedIn('root');
  const made = await visit('/operate/operators', { name: 'eve', role: 'viewer', expires_on: '2999-12-31' });
  t.is(made.status, 201);
  const token = /class="token">([\w-]{43})</.exec(made.text)?.[1] ?? '';
  t.is(token.length, 43);
  t.false((await visit('/operate/operators')).text.includes(token));
  const eve = operatorBrowser(origin);
  t.is((await eve.signIn(token)).status, 303);
  t.is((await eve.visit('/operate')).status, 200);
  t.is((await eve.visit('/operate/operators', { name: 'mallory', role: 'operator' })).status, 403);
  const again = await visit('/operate/operators', { name: 'eve', role: 'operator', expires_on: '' });
  t.is(again.status, 409);
  t.is((await operators.findOne({ name: 'eve' }).lean())?.role, 'viewer');
  for (const wrong of [{ name: 'root' }, { role: 'root' }, { name: 'a b' }, { expires_on: 'soon' }])
    t.is((await visit('/operate/operators', { name: 'x', role: 'viewer', ...wrong })).status, 400);
  t.is((await visit('/operate/operators/eve/remove', {})).status, 303);
  await until(async () => (await eve.visit('/operate')).status === 303);
});
