import type { Count } from '#models/counts/tally.ts';
import type { Directory } from '#models/documents/directory.ts';
import { type EnterpriseDocument, isOfFormer, keepsUnionid } from '#models/documents/enterprise.ts';
import { isMongoOutage } from '#models/documents/mongo-outage.ts';
import { type Claim, timeLeftOf } from '#models/login/ledger.ts';
import {
  bindTicketLifetimeMs,
  createTicket,
  type Identity,
  sealOutcome,
  ticketLifetimeMs,
} from '#models/login/ticket.ts';
import type { LoginTrouble } from '#models/login/trouble.ts';
import { personDigest } from '#models/login/unbinding.ts';
import type { Sealer } from '#models/sealing.ts';
import { digest } from '#operations/digest.ts';
import { createTryAgain, type OnRetry } from '#operations/try-again.ts';
import type { WeChatClient } from '#wechat/api/client.ts';
import { remedyOf, WeChatError } from '#wechat/api/errors.ts';
import type { Profile, Token } from '#wechat/api/replies.ts';
import type { AccountGate } from '#workers/account/hold-back-calls.ts';
import type { BindingWriter, BoundPerson } from '#workers/bindings/binding-writer.ts';
import { countFailedCall } from '#workers/exchange/count-end.ts';
import { fetchProfile } from '#workers/exchange/fetch-profile.ts';
import { failed, type LoginEnd, lost } from '#workers/exchange/login-end.ts';
import { troubleOf } from '#workers/exchange/login-trouble.ts';
import type { StepTimer } from '#workers/exchange/step-timer.ts';

/** wechat: 48001 api unauthorized; at userinfo, of this token as well as of the account. */
const apiUnauthorized = 48_001;

export type IdentifyDeps = {
  readonly sealer: Sealer;
  readonly directory: Directory;
  readonly wechat: WeChatClient;
  readonly gate: AccountGate;
  readonly bindings: BindingWriter;
  readonly count: Count;
  readonly onRetry?: OnRetry;
};

/**
 * The second half of a login, from its token to its end: userinfo, binding, ticket. All of it may be done again after a
 * crash. Throws whatever is a bug.
 */
export function createIdentifyPerson(deps: IdentifyDeps) {
  const { sealer, directory, wechat, gate, bindings, count, onRetry } = deps;
  // MongoDB elects a new primary in seconds. The token is held in hand, and in the ledger, until then.
  const untilStored = createTryAgain(isMongoOutage, {
    firstPauseMs: 100,
    longestPauseMs: 2_000,
    maxRetries: 1_000,
    onRetry,
  });

  /**
   * `keepToken` puts the token on record and tells whether the login is still this run's to end. WeChat and MongoDB are asked
   * meanwhile, and nothing is written before. Undefined when it is not.
   */
  return async (
    login: string,
    claim: Claim,
    token: Token,
    timed: StepTimer['timed'],
    keepToken: () => Promise<boolean>,
  ): Promise<LoginEnd | undefined> => {
    // WeChat is asked first, as its answer takes longest. A snapshot visitor has no profile that may be looked at.
    const asking = token.isSnapshot ? undefined : askProfile(claim, token, timed);
    const isOurs = keepToken();
    // Heard below; they may be over before anybody listens.
    asking?.catch(() => {});
    isOurs.catch(() => {});
    // A snapshot visitor's openid and profile are made up by WeChat: nothing of them may be kept.
    // A real code may have come meanwhile: whoever tapped 使用完整服务 must not be shown the snapshot's end.
    if (asking === undefined)
      return (await isOurs) ? { status: 'snapshot', mayTryNextCode: true } : undefined;

    const { entId, appid } = claim;
    const { openid } = token;
    const giveUpAfterMs = Math.max(timeLeftOf(claim), 1_000);
    const find = (atMostMs?: number) =>
      untilStored(() => directory.findEnterprise(entId, atMostMs), giveUpAfterMs);
    let enterprise = await find();
    // Or the login is for a new enterprise, and this process remembers the former one.
    if (enterprise && isOfFormer(enterprise, claim.enterprise)) enterprise = await find(0);
    if (enterprise === undefined)
      return (await isOurs) ? failed('misconfigured', { cause: 'unknown-enterprise' }) : undefined;
    if (isOfFormer(enterprise, claim.enterprise))
      return (await isOurs) ? failed('refused', { cause: 'former-enterprise' }) : undefined;

    const isBase = isBaseOnly(claim, token);
    const createFor = !isBase && enterprise.unbound === 'create' ? login : undefined;
    const look = bindings.look({ entId, appid, openid, createFor });
    const [asked, goesOn] = await Promise.all([asking, isOurs]);
    if (!goesOn) return undefined;
    if ('end' in asked) return asked.end;

    const told = whatMayBeKept(enterprise, token, asked.profile);
    const { profile, unionid } = told;
    const request = { entId, appid, openid, profile, unionid, createFor };
    const person = await timed('binding', () =>
      untilStored(() => bindings.write(request, look), giveUpAfterMs),
    );
    // base-first: only a known person is logged in silently; the others are asked. They may have been already, when this
    // code is the second of a callback that WeChat sent twice.
    if (person === undefined && isBase)
      return { status: 'reauthorize', scope: 'snsapi_userinfo', mayTryNextCode: true };

    const identity = toIdentity(enterprise, { appid, openid, authenticatedAt: claim.now }, person, told);
    const ticket = createTicket(login);
    return {
      status: person === undefined ? 'bind' : 'ready',
      outcome: sealOutcome(sealer, { loginId: login, browser: claim.browser }, { ...identity, ticket }),
      ticketDigest: digest(ticket),
      ticketLifetimeMs: person === undefined ? bindTicketLifetimeMs : ticketLifetimeMs,
      person: personDigest({ entId, appid, openid }),
      identity,
      ...(asked.trouble && { trouble: asked.trouble }),
    };
  };

  /** `end`: WeChat does not tell, and that is the login's end. */
  async function askProfile(
    claim: Claim,
    token: Token,
    timed: StepTimer['timed'],
  ): Promise<{ profile: Profile | undefined; trouble?: LoginTrouble } | { end: LoginEnd }> {
    if (isBaseOnly(claim, token)) return { profile: undefined };
    let trouble: LoginTrouble | undefined;
    const onNone = (error: unknown) => {
      trouble = troubleOf(error);
    };
    try {
      const onFailedCall = (error: unknown) => countFailedCall(count, claim, troubleOf(error));
      const asked = { wechat, gate, onNone, onFailedCall };
      const profile = await timed('userinfo', () => fetchProfile(asked, claim, token));
      return { profile, ...(trouble && { trouble }) };
    } catch (error) {
      return { end: await afterDeniedProfile(claim, error) };
    }
  }

  async function afterDeniedProfile(claim: Claim, error: unknown): Promise<LoginEnd> {
    if (!(error instanceof WeChatError)) throw error;
    const remedy = remedyOf(error);
    // One person brings 48001 about with a link that asks for snsapi_base, and so does a snapshot page whose flag was
    // missing: it must not close the account to everybody.
    if (remedy === 'misconfigured' && error.errcode !== apiUnauthorized) {
      await gate.misconfigured(claim.appid, error.errcode);
    }
    const trouble = troubleOf(error);
    return remedy === 'misconfigured' || remedy === 'refused'
      ? failed(remedy, trouble)
      : { ...lost, trouble };
  }
}

/** What the code was made for counts, not what the login asks for by now. */
const isBaseOnly = ({ scope }: Claim, { isBase }: Token) => isBase || scope === 'snsapi_base';

type Told = { readonly profile: Profile | undefined; readonly unionid: string | undefined };

/** What WeChat told, without the unionid unless the enterprise keeps it: then nothing that follows can pass it on. */
function whatMayBeKept(
  enterprise: EnterpriseDocument,
  { unionid }: Token,
  profile: Profile | undefined,
): Told {
  if (keepsUnionid(enterprise)) return { profile, unionid: profile?.unionid ?? unionid };
  return { profile: profile && { ...profile, unionid: undefined }, unionid: undefined };
}

function toIdentity(
  enterprise: EnterpriseDocument,
  { appid, openid, authenticatedAt }: { appid: string; openid: string; authenticatedAt: number },
  person: BoundPerson | undefined,
  { profile, unionid: toldUnionid }: Told,
): Identity {
  // One that was kept by an earlier release, or before the operator said never, stays where it is.
  const unionid = keepsUnionid(enterprise) ? (person?.unionid ?? toldUnionid) : undefined;
  return {
    userId: person?.userId ?? '',
    appid,
    openid,
    ...(unionid !== undefined && { unionid }),
    nickname: person?.nickname ?? profile?.nickname ?? '',
    avatarUrl: person?.avatarUrl ?? profile?.avatarUrl ?? '',
    created: person?.created ?? false,
    // Redis's clock: what a host is told must not depend on which worker was at it.
    authenticatedAt: new Date(authenticatedAt).toISOString(),
  };
}
