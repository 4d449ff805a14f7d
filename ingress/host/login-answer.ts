import { type EnterpriseDocument, keepsUnionid } from '#models/documents/enterprise.ts';
import type { Identity, TakenTicket } from '#models/login/ticket.ts';

/** What the host is told of a finished login, in the words of its interface. */
export function loginAnswer(
  enterprise: EnterpriseDocument,
  identity: Identity,
  { target, hostState, via }: Pick<TakenTicket, 'target' | 'hostState' | 'via'>,
) {
  return {
    ent_id: enterprise.entId,
    user_id: identity.userId,
    appid: identity.appid,
    openid: identity.openid,
    ...(keepsUnionid(enterprise) && identity.unionid !== undefined && { unionid: identity.unionid }),
    nickname: identity.nickname,
    avatar_url: identity.avatarUrl,
    created: identity.created,
    ...(target !== '' && { target }),
    ...(hostState !== '' && { state: hostState }),
    ...(via !== '' && { via }),
    authenticated_at: identity.authenticatedAt,
  };
}
