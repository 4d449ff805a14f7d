import { randomBytes } from 'node:crypto';
import { createLoginViews } from '#ingress/browser/login-view.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { EnterpriseDocument } from '#models/documents/enterprise.ts';
import type { LoginRecord } from '#models/login/record.ts';
import { createTicket, type Outcome, sealOutcome, type Tickets } from '#models/login/ticket.ts';
import { createSealer } from '#models/sealing.ts';

export const id = `00${'a'.repeat(32)}`;
export const sealer = createSealer([{ kid: 'k', key: randomBytes(32) }]);
export const outcome: Outcome = {
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
export const begunAt = 1_800_000_000_000;
export const codeLifetimeMs = 300_000;
export const login: LoginRecord = {
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
  isUnbound: false,
  now: begunAt + 1_000,
  codeDiesAt: undefined,
};
const sealed = sealOutcome(sealer, { loginId: id, browser: 'digest' }, outcome);
export const ready: LoginRecord = {
  ...login,
  status: 'ready',
  stage: 'settled',
  outcome: sealed,
  ticketDiesAt: begunAt + 60_000,
};

/** What a page is told of a record, and which outcomes were renewed for it; `now` is the record as it reads by then. */
export function view(
  record: LoginRecord,
  {
    known = enterprise as EnterpriseDocument | null,
    renewed = undefined as Outcome | undefined,
    now = record,
    isBound = true,
  } = {},
) {
  const renewals: Outcome[] = [];
  const viewOf = createLoginViews({
    directory: {
      findEnterprise: async () => known ?? undefined,
      recallAccount: () => undefined,
    } as unknown as Directory,
    sealer,
    tickets: {
      async renew(_id: string, _old: string, { identity }: { identity: Outcome }) {
        renewals.push(identity);
        return renewed;
      },
    } as unknown as Tickets,
    isBound: async () => isBound,
    read: async () => now,
    codeLifetimeMs,
    openOrigin: 'https://open.weixin.qq.com',
    publicUrl: 'https://login.example',
  });
  return viewOf(record).then((seen) => ({ seen, renewals }));
}
