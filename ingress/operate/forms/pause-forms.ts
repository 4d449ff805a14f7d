import { Router, type RouterContext } from '@koa/router';
import type { Context } from 'koa';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { formBody } from '#ingress/http/middleware/form-body.ts';
import { invalidRequest, type Problem } from '#ingress/http/problem.ts';
import { redirect } from '#ingress/http/redirect.ts';
import type { CountCodes } from '#ingress/operate/codes-at-stake.ts';
import type { DrawForm } from '#ingress/operate/forms/draw.ts';
import { idOf, typedForm } from '#ingress/operate/forms/entity-forms.ts';
import { atFields, faultsOf } from '#ingress/operate/forms/faults.ts';
import type { Field, Typed } from '#ingress/operate/forms/field.ts';
import { endFields, untilOf } from '#ingress/operate/forms/pause-end.ts';
import { formatsOf } from '#ingress/operate/pages/formats.ts';
import { createPauseAccount } from '#ingress/operator/pause-account.ts';
import { pauseForm } from '#ingress/operator/pause-form.ts';
import { pauseLevels, type ServiceAccountModel } from '#models/documents/service-account.ts';

const bodyLimit = 16_384;
const fields: readonly Field[] = [
  { name: 'level', kind: 'choice', options: pauseLevels },
  { name: 'sentence', kind: 'text' },
  ...endFields,
  { name: 'reason', kind: 'text' },
  { name: 'codes', kind: 'text' },
];
/** While somebody reads the form, people come and go: only of many more codes he is told before they die. */
const isManyMore = (codes: number, shown: number): boolean => codes > shown + Math.max(10, shown / 2);

/** /operate/accounts/{appid}/pause and /resume. Who pauses the calls types how many codes die of it. */
export function pauseForms(deps: {
  accounts: ServiceAccountModel;
  countCodes: CountCodes;
  draw: DrawForm;
  /** Redis's clock, ms. */
  now: () => number;
}): Router {
  const { accounts, countCodes, draw, now } = deps;
  const pausing = createPauseAccount({ accounts, now });
  const router = new Router({ prefix: '/operate/accounts/:id', sensitive: true });
  const pageOf = (ctx: RouterContext) => `/operate/accounts/${idOf(ctx)}`;

  async function show(ctx: RouterContext, sent?: Typed, problem?: Problem): Promise<void> {
    const [stake, pause] = await Promise.all([countCodes(idOf(ctx)), pausing.find(idOf(ctx))]);
    const { codes, lastDiesAt, isAtLeast } = stake;
    const { level = 'door', reason, sentence, until } = pause ?? {};
    const typed = sent ?? { level, reason: reason ?? '', sentence: sentence ?? '' };
    draw(ctx, problem === undefined ? 200 : 422, 'form', (words, lang) => {
      const fmt = formatsOf(lang);
      return {
        title: `${words.titles.pause}: ${idOf(ctx)}`,
        action: `${pageOf(ctx)}/pause`,
        back: pageOf(ctx),
        button: words.titles.pause,
        note: {
          text:
            codes === 0 ? words.noCodeDies : words.codesDie(`${isAtLeast ? '≥ ' : ''}${fmt.number(codes)}`),
          ...(lastDiesAt && { at: new Date(lastDiesAt).toISOString() }),
        },
        hidden: { shown: String(codes) },
        ...(until && { stored: { ends_in: { text: words.endsAt, at: until } } }),
        ...{ fmt, fields, typed, version: '' },
        faults: problem ? atFields(problem, fields, words, lang) : {},
        ...(problem && { fault: words.wrong }),
      };
    });
  }

  async function confirm(appid: string, { codes = '', shown = '' }: Typed): Promise<void> {
    // As it is written above, or as a plain number.
    const typed = codes.replace(/[\s,]/g, '');
    if (!/^\d{1,9}$/.test(typed) || typed !== shown)
      throw invalidRequest('codes: is not the number of codes that die', ['codes']);
    const { codes: now } = await countCodes(appid);
    if (isManyMore(now, Number(shown)))
      throw invalidRequest('codes: many more die by now: type the new number', ['codes']);
  }

  async function pause(ctx: Context, appid: string, typed: Typed): Promise<void> {
    const { level = '', reason = '', sentence = '' } = typed;
    const form = checkInput(pauseForm, { level, reason, sentence, until: untilOf(typed, now()) });
    if (form.level === 'calls') await confirm(appid, typed);
    await pausing.pause(ctx, appid, form);
  }

  router.get('/pause', async (ctx) => {
    await show(ctx);
  });

  router.post('/pause', formBody(bodyLimit), async (ctx) => {
    const typed = checkInput(typedForm, ctx.request.body);
    try {
      await pause(ctx, idOf(ctx), typed);
      redirect(ctx, 303, pageOf(ctx));
    } catch (error) {
      const problem = faultsOf(error);
      if (problem === undefined) throw error;
      await show(ctx, { ...typed, codes: '' }, problem);
    }
  });

  router.post('/resume', async (ctx) => {
    await pausing.resume(ctx, idOf(ctx));
    redirect(ctx, 303, pageOf(ctx));
  });
  router.all('/pause', allowOnly('GET', 'HEAD', 'POST'));
  router.all('/resume', allowOnly('POST'));
  return router;
}
