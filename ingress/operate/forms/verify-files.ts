import { Router } from '@koa/router';
import type { Context } from 'koa';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { formBody } from '#ingress/http/middleware/form-body.ts';
import { Problem } from '#ingress/http/problem.ts';
import { redirect } from '#ingress/http/redirect.ts';
import type { DrawForm } from '#ingress/operate/forms/draw.ts';
import { idOf, typedForm } from '#ingress/operate/forms/entity-forms.ts';
import type { Field } from '#ingress/operate/forms/field.ts';
import { type PublicSight, seeInPublic } from '#ingress/operate/forms/see-in-public.ts';
import { toAnswer } from '#ingress/operator/account-fields.ts';
import type { AccountChanges } from '#ingress/operator/change-account.ts';
import { versionOf } from '#ingress/operator/version.ts';
import type { ServiceAccountModel } from '#models/documents/service-account.ts';

const bodyLimit = 16_384;
const fields: readonly Field[] = [
  { name: 'file', kind: 'text', isRequired: true },
  { name: 'content', kind: 'text', isRequired: true },
];

/** /operate/accounts/{appid}/verify-files: the domain-verification files, and whether the public sees them. */
export function verifyFileForms(deps: {
  accounts: ServiceAccountModel;
  changes: Pick<AccountChanges, 'put'>;
  publicUrl: string;
  draw: DrawForm;
}): Router {
  const { accounts, changes, publicUrl, draw } = deps;
  const router = new Router({ prefix: '/operate/accounts/:id/verify-files', sensitive: true });

  async function find(appid: string) {
    const account = await accounts.findOne({ appid }).maxTimeMS(2_000).lean();
    if (account === null) throw new Problem(404, 'not_found', 'There is no such account.');
    return { version: versionOf(account), files: toAnswer(account).verify_files };
  }

  async function show(
    ctx: Context,
    appid: string,
    told: {
      problem?: Problem;
      typed?: Record<string, string>;
      seen?: { name: string; sight: PublicSight };
    } = {},
  ): Promise<void> {
    const { problem, typed = {}, seen } = told;
    const { version, files } = await find(appid);
    draw(ctx, problem === undefined ? 200 : problem.status === 409 ? 409 : 422, 'verify-files', (words) => {
      const isFileWrong = problem?.message.includes('must be named') === true;
      const faults = isFileWrong ? { file: words.hints['file'] } : { content: words.hints['content'] };
      return {
        title: `${words.titles['verify-files']}: ${appid}`,
        action: `/operate/accounts/${appid}/verify-files`,
        back: `/operate/accounts/${appid}`,
        button: words.save,
        ...{ version, fields, typed, faults: problem?.status === 400 ? faults : {} },
        ...(problem?.status === 409 && { conflict: [] }),
        files: Object.keys(files).map((name) => ({ name, ...(seen?.name === name && { seen: seen.sight }) })),
      };
    });
  }

  router.get('/', (ctx) => show(ctx, idOf(ctx)));

  router.post('/', formBody(bodyLimit), async (ctx) => {
    const appid = idOf(ctx);
    const typed = checkInput(typedForm, ctx.request.body);
    const { version = '', remove, file = '', content = '' } = typed;
    const { [remove ?? '']: _, ...files } = (await find(appid)).files;
    const wanted = remove === undefined ? { ...files, [file.trim()]: content.trim() } : files;
    try {
      await changes.put(ctx, appid, { verify_files: wanted }, version);
    } catch (error) {
      if (!(error instanceof Problem) || (error.status !== 400 && error.status !== 409)) throw error;
      return show(ctx, appid, { problem: error, typed });
    }
    redirect(ctx, 303, `/operate/accounts/${appid}/verify-files`);
  });

  router.post('/check', formBody(bodyLimit), async (ctx) => {
    const appid = idOf(ctx);
    const { name = '' } = checkInput(typedForm, ctx.request.body);
    // Only what is stored is asked for, and only at our own address.
    const { [name]: expected } = (await find(appid)).files;
    if (expected === undefined) throw new Problem(404, 'not_found', 'The account has no such file.');
    const sight = await seeInPublic({ publicUrl, name, expected });
    await show(ctx, appid, { seen: { name, sight } });
  });
  router.all('/', allowOnly('GET', 'HEAD', 'POST'));
  router.all('/check', allowOnly('POST'));
  return router;
}
