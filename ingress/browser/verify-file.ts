import type { Context } from 'koa';
import { Problem } from '#ingress/http/problem.ts';
import { createLookUp } from '#models/documents/look-up.ts';
import type { ServiceAccountModel } from '#models/documents/service-account.ts';

/**
 * GET /MP_verify_….txt: the file by which WeChat checks that a callback domain is ours (网页授权域名). It must be answered
 * as plain text, at once and without a redirect.
 */
export function createVerifyFile({ accounts }: { accounts: ServiceAccountModel }) {
  const contentOf = createLookUp(async (name) => {
    const account = await accounts.findOne({ 'verifyFiles.name': name }).lean().maxTimeMS(2_000);
    return account?.verifyFiles.find((file) => file.name === name)?.content ?? null;
  });

  return async function verifyFile(ctx: Context, name: string): Promise<void> {
    const isName = /^MP_verify_[0-9A-Za-z]{1,64}\.txt$/.test(name);
    const { value } = isName ? await contentOf(name) : { value: undefined };
    if (value === undefined) throw new Problem(404, 'not_found', 'There is no such file.');
    ctx.type = 'text/plain';
    ctx.body = value;
  };
}
