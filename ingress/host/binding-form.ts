import { z } from 'zod';
import { openid, userId } from '#ingress/http/person-ids.ts';
import type { Directory } from '#models/documents/directory.ts';
import { type EnterpriseDocument, keepsUnionid } from '#models/documents/enterprise.ts';
import type { WishedBinding } from '#models/login/host-bindings.ts';

const unionid = openid;
const appid = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -');

/** What a host says of one person. Members it does not name are no fault: what an export told may be sent back. */
export const bindingForm = z.object({
  user_id: userId,
  unionid: unionid.nullish(),
  /** Another account than the one the enterprise uses now. */
  appid: appid.optional(),
  replace: z.boolean().default(false),
});
export const bindingLine = bindingForm.extend({ openid });

/** The unionid is left out where the enterprise keeps none. */
export function toWish(enterprise: EnterpriseDocument, given: z.output<typeof bindingLine>): WishedBinding {
  return {
    entId: enterprise.entId,
    appid: given.appid ?? enterprise.appid,
    openid: given.openid,
    userId: given.user_id,
    ...(keepsUnionid(enterprise) && { unionid: given.unionid ?? undefined }),
    replace: given.replace,
  };
}

export const noSuchAccount = 'appid: there is no such account';

/** Each account that an enterprise has people of is asked about at every unbinding: made-up ones would add up. */
export async function isOfKnownAccount(
  directory: Pick<Directory, 'findAccount'>,
  enterprise: EnterpriseDocument,
  { appid }: WishedBinding,
): Promise<boolean> {
  return appid === enterprise.appid || (await directory.findAccount(appid)) !== undefined;
}
