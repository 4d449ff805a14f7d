import { randomBytes, randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { createIncidentModel } from '#models/documents/incident.ts';
import { openidDigest } from '#models/documents/login-history.ts';
import { digest as digestOf } from '#operations/digest.ts';
import type { OperatorRole } from '#operations/operator-roles.ts';
import { adminToken, withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { until } from '#test/support/until.ts';
import { operatorBrowser } from './operator-browser.ts';

let made = 0;

/** An installation with something on every page: an enterprise, its account, people, ends of logins and incidents. */
export async function withPages(t: Pick<ExecutionContext, 'teardown'>) {
  const door = await withAdminDoor(t);
  const { call, history, bindings, sealer, enterprises, operators, minutes, origin } = door;
  const secrets = ['canary-app-secret', 'canary-openid', 'canary-nickname', adminToken];
  await call('PUT', '/v1/accounts/wx1', { json: { name: 'Care', secret: 'canary-app-secret' } });
  const acme = { appid: 'wx1', name: 'Acme & Söhne <b>', login_url: 'https://host.example/login' };
  const { json } = await call('PUT', '/v1/enterprises/acme', { json: acme });
  secrets.push(String(json.api_key));
  await call('PUT', '/v1/enterprises/other', { json: { ...acme, name: 'Other' } });

  const person = { entId: 'acme', appid: 'wx1', openid: 'canary-openid' };
  const now = new Date();
  await bindings.create({
    ...person,
    userId: 'u_1',
    nickname: 'canary-nickname',
    createdBy: 'x',
    createdAt: now,
    updatedAt: now,
  });
  const digest = openidDigest(sealer, person);
  /** That of the support code `1234-5678-90` for 0x1234567890. */
  const loginId = (n: number) => `00${n.toString(16)}`.padEnd(34, '0');
  const ended = { entId: 'acme', appid: 'wx1', at: now, timings: { total: 120, token: 80 } };
  await history.create([
    { _id: `${loginId(0x1234567890)}:1`, ...ended, outcome: 'ready', openidDigest: digest },
    {
      _id: `${loginId(0x2234567890)}:1`,
      ...ended,
      outcome: 'failed',
      reason: 'misconfigured',
      errcode: 40125,
      endpoint: 'token',
    },
  ]);

  const incidentModel = createIncidentModel(enterprises.db);
  /** One that is open. */
  async function openIncident(appid = 'wx1', entIds = ['acme']) {
    const _id = randomUUID();
    await incidentModel.create({
      _id,
      key: `wechat-call-fails|${appid}|40125|${_id}`,
      condition: 'wechat-call-fails',
      appid,
      entIds,
      errcode: 40125,
      cause: '40125',
      since: now,
      last: now,
      people: 3,
      toldPeople: 3,
    });
    return _id;
  }
  await openIncident();
  await minutes.add({
    name: randomUUID(),
    counts: new Map([
      ['acme|wx1|opened', 9],
      ['acme|wx1|sent', 8],
      ['acme|wx1|back', 6],
      ['acme|wx1|queued', 6],
      ['acme|wx1|exchanged', 3],
      ['acme|wx1|ready', 3],
      ['acme|wx1|told', 3],
      ['acme|wx1|redeemed', 2],
      ['acme|wx1|e:token:40125', 3],
      ['acme|wx1|failed:misconfigured', 3],
      ['acme|wx1|d:total:28', 3],
      ['acme|wx1|d:token:25', 3],
      ['other|wx1|sent', 1],
    ]),
    firsts: new Map(),
  });

  /** A browser that is signed in. */
  const mustSignIn = async (browser: ReturnType<typeof operatorBrowser>, token: string) => {
    const { status, text } = await browser.signIn(token);
    if (status !== 303) throw new Error(`signing in answered ${status}: ${text}`);
  };
  async function signedIn(role: OperatorRole = 'root', { lang = 'en' } = {}) {
    const browser = patient(operatorBrowser(origin, { lang }));
    if (role === 'root') {
      await mustSignIn(browser, adminToken);
      return { ...browser, name: 'root' };
    }
    const name = `${role}-${++made}`;
    const token = randomBytes(32).toString('base64url');
    const document = { name, role, tokenDigest: digestOf(token), createdBy: 'root', createdAt: new Date() };
    await operators.create(document);
    secrets.push(token);
    await mustSignIn(browser, token);
    return { ...browser, name };
  }

  return { ...door, secrets, digest, person, loginId, openIncident, signedIn };
}

/** On a busy machine a store may be late, and a page then shows what was known before. Forms are sent once. */
function patient<Browser extends ReturnType<typeof operatorBrowser>>(browser: Browser): Browser {
  const visit: Browser['visit'] = (path, form, more) =>
    form !== undefined
      ? browser.visit(path, form, more)
      : until(
          async () => {
            const answer = await browser.visit(path, form, more);
            return !answer.text.includes('<div data-live="stale"><p') && answer;
          },
          { what: `${path} of stores that answer` },
        );
  return { ...browser, visit };
}
