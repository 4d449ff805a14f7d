// A small host: people log in to it with WeChat. Node 20 or later, nothing to install: node host.mjs
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const {
  LOGIN_SERVICE_URL = 'http://127.0.0.1:8081',
  ENT_ID = 'acme',
  API_KEY = '',
  PORT = '3000',
} = process.env;
/** Who has an account here already. Yours are in a database, with hashed passwords. */
const passwords = new Map(Object.entries({ alice: 'wonderland', bob: 'builder' }));
/** By the browser's cookie: `login` is the one that it has begun, `person` who is logged in. Yours end some day. */
const sessions = new Map();

const random = () => randomBytes(32).toString('base64url');

/** What the login service answers, also when it refuses: `error`. Throws when it is away. */
async function ask(path, body) {
  const request = {
    method: 'POST',
    headers: {
      Authorization: `Basic ${Buffer.from(`${ENT_ID}:${API_KEY}`).toString('base64')}`,
      'Content-Type': 'application/json',
      // The same key again gets the same answer, should the first have been lost.
      'Idempotency-Key': randomUUID(),
    },
    body: JSON.stringify(body),
  };
  async function send() {
    const answer = await fetch(LOGIN_SERVICE_URL + path, { ...request, signal: AbortSignal.timeout(5_000) });
    return { status: answer.status, told: await answer.json() };
  }
  let answer = await send().catch(() => undefined);
  if (answer === undefined || answer.status === 503) answer = await send();
  const { status, told } = answer;
  if (status !== 200 && !['invalid_grant', 'conflict'].includes(told.error)) {
    throw new Error(`the login service answered ${status}`);
  }
  return told;
}

/** initiate_login_uri: a login begins in a session of ours. */
function begin({ query, session }) {
  const [state, verifier] = [random(), random()];
  session.login = { state, verifier };
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const link = new URLSearchParams({ ent_id: ENT_ID, state, code_challenge: challenge });
  link.set('code_challenge_method', 'S256');
  // What the link in the message said: it is lost unless it is handed on.
  if (query.has('target_link_uri')) link.set('target', query.get('target_link_uri'));
  if (query.has('lang')) link.set('lang', query.get('lang'));
  return { status: 302, location: `${LOGIN_SERVICE_URL}/wechatTransfer?${link}`, session };
}

/** The login that this very browser began; an address that somebody else sent it has another state, or none. */
function begunHere({ query, session }) {
  return session.login?.state === query.get('state') ? session.login : undefined;
}

/** login_url: the ticket becomes the person. */
async function logIn(visit) {
  const login = begunHere(visit);
  if (login === undefined) return startAgain;
  const ticket = visit.query.get('ticket') ?? '';
  return finish(await ask('/v1/tickets/redeem', { ticket, code_verifier: login.verifier }));
}

/** bind_url: WeChat knows the person, we do not yet. Shows whose WeChat it is, and asks who that is here. */
async function showBind(visit) {
  if (begunHere(visit) === undefined) return startAgain;
  const bindTicket = visit.query.get('bind_ticket') ?? '';
  const seen = await ask('/v1/bind-tickets/look', { bind_ticket: bindTicket });
  if (seen.error) return startAgain;
  return page(
    200,
    `<p>Your WeChat is ${asText(seen.nickname)}. Who are you here?</p>
    <form method="post">
      <input type="hidden" name="state" value="${asText(visit.query.get('state'))}">
      <input type="hidden" name="bind_ticket" value="${asText(bindTicket)}">
      <input name="user"> <input name="password" type="password"> <button>Log in</button>
    </form>`,
  );
}

async function bind(visit) {
  const login = begunHere(visit);
  if (login === undefined) return startAgain;
  const [user, password] = ['user', 'password'].map((name) => visit.query.get(name) ?? '');
  if (passwords.get(user) !== password) return page(403, 'That is not right. Go back and try again.');
  const bindTicket = visit.query.get('bind_ticket') ?? '';
  const body = { bind_ticket: bindTicket, user_id: user, code_verifier: login.verifier };
  return finish(await ask('/v1/bindings', body));
}

/** The session that has logged in gets a new cookie, and an address without a ticket. */
function finish(person) {
  if (person.error === 'conflict') return page(409, 'This WeChat belongs to another user.');
  if (person.error) return startAgain;
  return { status: 303, location: person.continue_url ?? person.target ?? '/', session: { person } };
}

function home({ session: { person } }) {
  if (person === undefined) return page(200, 'Nobody is logged in. <a href="/begin">Log in with WeChat</a>');
  return page(200, `You are ${asText(person.nickname)}, user ${asText(person.user_id)}.`);
}

const page = (status, html) => ({ status, html });
const startAgain = page(400, 'This login is over. <a href="/begin">Start again</a>');
/** A nickname is what a person typed: text, never HTML. */
const asText = (text) => text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const routes = new Map([
  ['GET /', home],
  ['GET /begin', begin],
  ['GET /wechat/login', logIn],
  ['GET /wechat/bind', showBind],
  ['POST /wechat/bind', bind],
]);

async function answer(request) {
  const url = new URL(request.url, 'http://host');
  const route =
    routes.get(`${request.method} ${url.pathname}`) ?? (() => page(404, 'There is no such page.'));
  const [, id] = /(?:^|; )session=([\w-]+)/.exec(request.headers.cookie ?? '') ?? [];
  let form = '';
  for await (const part of request) {
    form += part;
    if (form.length > 10_000) return page(413, 'Too much.');
  }
  const query = request.method === 'POST' ? new URLSearchParams(form) : url.searchParams;
  const { session, ...answered } = await route({ query, session: sessions.get(id) ?? {} });
  if (session === undefined) return answered;
  sessions.delete(id);
  const newId = random();
  sessions.set(newId, session);
  // Behind https add "; Secure".
  return { ...answered, cookie: `session=${newId}; Path=/; HttpOnly; SameSite=Lax` };
}

createServer(async (request, response) => {
  const answered = await answer(request).catch((error) => {
    // Not the request: a ticket is in it.
    console.error(error.message);
    return page(502, 'WeChat login is away. Try again in a moment.');
  });
  response.writeHead(answered.status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    ...(answered.location && { Location: answered.location }),
    ...(answered.cookie && { 'Set-Cookie': answered.cookie }),
  });
  response.end(answered.html);
}).listen(Number(PORT), '127.0.0.1');
