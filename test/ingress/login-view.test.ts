import { randomBytes } from 'node:crypto';
import test from 'ava';
import { createLoginViews } from '#ingress/login-view.ts';
import type { Directory } from '#models/directory.ts';
import type { EnterpriseDocument } from '#models/enterprise.ts';
import type { LoginRecord } from '#models/login-record.ts';
import { failureReasons } from '#models/login-status.ts';
import { createSealer } from '#models/sealing.ts';
import { createTicket, type Outcome, sealOutcome, type Tickets } from '#models/ticket.ts';

const id = `00${'a'.repeat(32)}`;
const sealer = createSealer([{ kid: 'k', key: randomBytes(32) }]);
const outcome: Outcome = {
  userId: 'u_1',
  appid: 'wx1',
  openid: 'o1',
  nickname: '小明',
  avatarUrl: '',
  created: true,
  authenticatedAt: '2026-01-02T03:04:05.000Z',
  ticket: createTicket(id),
};
const enterprise = {
  entId: 'acme',
  loginUrl: 'https://host.example/login?from=wechat#top',
  bindUrl: 'https://host.example/bind',
} as EnterpriseDocument;
const begunAt = 1_800_000_000_000;
const codeLifetimeMs = 300_000;
const login: LoginRecord = {
  id,
  browser: 'digest',
  status: 'pending',
  stage: 'open',
  reason: undefined,
  outcome: undefined,
  scope: 'snsapi_userinfo',
  entId: 'acme',
  appid: 'wx1',
  target: '',
  lang: 'en',
  begunAt,
  recordedAt: undefined,
  codes: 0,
  rounds: 0,
  ticket: undefined,
  ticketDiesAt: 0,
  isRedeemed: false,
  now: begunAt + 1_000,
  codeDiesAt: undefined,
};
const sealed = sealOutcome(sealer, id, outcome);
const ready: LoginRecord = {
  ...login,
  status: 'ready',
  stage: 'settled',
  outcome: sealed,
  ticketDiesAt: begunAt + 60_000,
};
const bind: LoginRecord = { ...ready, status: 'bind', ticketDiesAt: begunAt + 600_000 };
const again: LoginRecord = { ...login, status: 'reauthorize', stage: 'settled', rounds: 1 };

function view(
  record: LoginRecord,
  {
    known = enterprise as EnterpriseDocument | null,
    renewed = undefined as Outcome | undefined,
    now = record,
  } = {},
) {
  const renewals: Outcome[] = [];
  const viewOf = createLoginViews({
    directory: { findEnterprise: async () => known ?? undefined } as unknown as Directory,
    sealer,
    tickets: {
      async renew(_id: string, old: Outcome) {
        renewals.push(old);
        return renewed && { outcome: renewed, sealed: '' };
      },
    } as unknown as Tickets,
    read: async () => now,
    codeLifetimeMs,
    openOrigin: 'https://open.weixin.qq.com',
    publicUrl: 'https://login.example',
  });
  return viewOf(record).then((seen) => ({ seen, renewals }));
}

test('ready leads to the host with its ticket, beside what its address has already', async (t) => {
  const { seen, renewals } = await view(ready);
  t.is(seen.status, 'ready');
  const url = new URL(seen.location ?? '');
  t.is(url.origin + url.pathname + url.hash, 'https://host.example/login#top');
  t.deepEqual(
    [...url.searchParams],
    [
      ['from', 'wechat'],
      ['ticket', outcome.ticket],
      ['ent_id', 'acme'],
    ],
  );
  t.deepEqual(renewals, []);
});

test('a target travels along, encoded', async (t) => {
  const { seen } = await view({ ...ready, target: '/chat/7?a=b&ticket=x' });
  const url = new URL(seen.location ?? '');
  t.is(url.searchParams.get('target'), '/chat/7?a=b&ticket=x');
  t.deepEqual(url.searchParams.getAll('ticket'), [outcome.ticket]);
});

test('a page that comes after its ticket died gets a new one', async (t) => {
  const fresh = { ...outcome, ticket: createTicket(id) };
  const { seen, renewals } = await view({ ...ready, now: ready.ticketDiesAt }, { renewed: fresh });
  t.is(new URL(seen.location ?? '').searchParams.get('ticket'), fresh.ticket);
  t.deepEqual(renewals, [outcome]);
});

test('a ticket that lives is not renewed', async (t) => {
  const { renewals } = await view({ ...ready, now: ready.ticketDiesAt - 1 });
  t.deepEqual(renewals, []);
});

test('a ticket that cannot be renewed is over', async (t) => {
  const { seen } = await view({ ...ready, now: ready.ticketDiesAt + 1 });
  t.deepEqual(seen, { status: 'failed', reason: 'expired' });
});

test('a ticket that another question of the page renewed a moment before is told as that one', async (t) => {
  const fresh = { ...outcome, ticket: createTicket(id) };
  const now = {
    ...ready,
    outcome: sealOutcome(sealer, id, fresh),
    ticketDiesAt: ready.ticketDiesAt + 60_000,
  };
  const { seen } = await view({ ...ready, now: ready.ticketDiesAt + 1 }, { now });
  t.is(seen.status, 'ready');
  t.is(new URL(seen.location ?? '').searchParams.get('ticket'), fresh.ticket);
});

test('one that was redeemed a moment before is over', async (t) => {
  const { seen } = await view(
    { ...ready, now: ready.ticketDiesAt + 1 },
    { now: { ...ready, isRedeemed: true } },
  );
  t.deepEqual(seen, { status: 'failed', reason: 'expired' });
});

test('a login that was redeemed leads nowhere any more', async (t) => {
  const { seen, renewals } = await view({ ...ready, isRedeemed: true });
  t.is(seen.status, 'failed');
  t.is(seen.location, undefined);
  t.deepEqual(renewals, []);
});

test('what was just announced comes without a ticket’s time, and is fresh', async (t) => {
  for (const record of [ready, bind]) {
    const { seen, renewals } = await view({ ...record, ticketDiesAt: 0 });
    t.is(seen.status, record.status);
    t.deepEqual(renewals, []);
  }
});

test('bind leads to where the enterprise binds, with a bind ticket', async (t) => {
  const { seen } = await view(bind);
  t.deepEqual(seen, {
    status: 'bind',
    location: `https://host.example/bind?bind_ticket=${outcome.ticket}&ent_id=acme`,
  });
});

test('a bind ticket that died is over', async (t) => {
  const { seen } = await view({ ...bind, now: bind.ticketDiesAt });
  t.deepEqual(seen, { status: 'failed', reason: 'expired' });
});

test('an enterprise that is gone leaves nowhere to go', async (t) => {
  for (const record of [ready, bind]) {
    const { seen } = await view(record, { known: null });
    t.deepEqual(seen, { status: 'failed', reason: 'misconfigured' });
  }
});

test('another login’s outcome is not shown', async (t) => {
  await t.throwsAsync(view({ ...ready, id: `00${'b'.repeat(32)}` }), { name: 'UnsealError' });
});

const authorizeUrl =
  'https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1' +
  '&redirect_uri=https%3A%2F%2Flogin.example%2Fwechat%2Fcallback' +
  `&response_type=code&scope=snsapi_userinfo&state=${id}#wechat_redirect`;

for (const rounds of [1, 2]) {
  test(`after ${rounds} lost rounds the page goes to WeChat by itself, at a time of its own`, async (t) => {
    const views = await Promise.all(Array.from({ length: 20 }, () => view({ ...again, rounds })));
    const pauses = views.map(({ seen }) => seen.retry_after_ms ?? -1);
    t.true(pauses.every((ms) => ms >= 0 && ms <= 3_000));
    t.true(new Set(pauses).size > 1);
    t.is(views[0]?.seen.location, authorizeUrl);
  });
}

test('after three it waits for a tap', async (t) => {
  const { seen } = await view({ ...again, rounds: 3 });
  t.deepEqual(seen, { status: 'reauthorize', location: authorizeUrl });
});

test('base-first’s second question waits for nothing', async (t) => {
  const { seen } = await view({ ...again, rounds: 0 });
  t.deepEqual(seen, { status: 'reauthorize', location: authorizeUrl, retry_after_ms: 0 });
});

test('a snapshot says no more than that', async (t) => {
  const { seen } = await view({ ...login, status: 'snapshot', stage: 'settled' });
  t.deepEqual(seen, { status: 'snapshot' });
});

for (const reason of failureReasons) {
  test(`failed tells that it is ${reason}`, async (t) => {
    const { seen } = await view({ ...login, status: 'failed', stage: 'settled', reason });
    t.deepEqual(seen, { status: 'failed', reason });
  });
}

test('failed without a reason is ours', async (t) => {
  const { seen } = await view({ ...login, status: 'failed', stage: 'settled' });
  t.deepEqual(seen, { status: 'failed', reason: 'internal' });
});

const recorded: LoginRecord = {
  ...login,
  stage: 'recorded',
  recordedAt: begunAt + 500,
  codes: 1,
  codeDiesAt: begunAt + 500 + codeLifetimeMs,
};
for (const stage of ['recorded', 'exchanging', 'exchanged'] as const) {
  test(`a login whose code is ${stage} is pending`, async (t) => {
    const { seen } = await view({ ...recorded, stage });
    t.deepEqual(seen, { status: 'pending' });
  });

  test(`a login whose code died while it was ${stage} is authorised again, though no worker said so`, async (t) => {
    const { seen } = await view({ ...recorded, stage, now: recorded.codeDiesAt ?? 0 });
    t.is(seen.status, 'reauthorize');
    t.is(seen.location, authorizeUrl);
    t.true((seen.retry_after_ms ?? -1) >= 0);
  });
}

test('a login that nobody came back to is over when a code would be', async (t) => {
  const { seen: before } = await view({ ...login, now: begunAt + codeLifetimeMs - 1 });
  t.deepEqual(before, { status: 'pending' });
  const { seen: after } = await view({ ...login, now: begunAt + codeLifetimeMs });
  t.deepEqual(after, { status: 'failed', reason: 'expired' });
});
