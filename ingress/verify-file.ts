import type { Context } from 'koa';
import { Problem } from '#ingress/problem.ts';
import type { ServiceAccountModel } from '#models/service-account.ts';

/**
 * GET /MP_verify_….txt: the file by which WeChat checks that a callback domain is ours (网页授权域名). It must be answered
 * as plain text, at once and without a redirect.
 */
export function createVerifyFile({ accounts }: { accounts: ServiceAccountModel }) {
  return async function verifyFile(ctx: Context, name: string): Promise<void> {
    const account = /^MP_verify_[0-9A-Za-z]{1,64}\.txt$/.test(name)
      ? await accounts.findOne({ 'verifyFiles.name': name }).lean().maxTimeMS(2_000)
      : null;
    const file = account?.verifyFiles.find((candidate) => candidate.name === name);
    if (file === undefined) throw new Problem(404, 'not_found', 'There is no such file.');
    ctx.type = 'text/plain';
    ctx.body = file.content;
  };
}
