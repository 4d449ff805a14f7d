import { randomUUID } from 'node:crypto';
import { Router, type RouterContext } from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { formBody } from '#ingress/http/middleware/form-body.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import { redirect } from '#ingress/http/redirect.ts';
import { broadcastFields, broadcastForm, givenOf } from '#ingress/operate/forms/broadcast-form.ts';
import { progressOf } from '#ingress/operate/forms/broadcast-progress.ts';
import type { DrawForm } from '#ingress/operate/forms/draw.ts';
import { typedForm } from '#ingress/operate/forms/entity-forms.ts';
import { atFields, faultsOf } from '#ingress/operate/forms/faults.ts';
import type { Typed } from '#ingress/operate/forms/field.ts';
import { formatsOf } from '#ingress/operate/pages/formats.ts';
import type { Windows } from '#ingress/operate/windows.ts';
import { audit } from '#ingress/operator/audit.ts';
import { noteChange } from '#ingress/operator/log-changes.ts';
import type { CapacityEntry } from '#models/account/reports.ts';
import type { BroadcastModel } from '#models/documents/broadcast.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import { operatorOf } from '#operations/require-operator.ts';

const bodyLimit = 16_384;
const mostListed = 100;
const idInPath = z.object({ id: z.uuid() });

/** /operate/broadcasts: a plan before a message goes out to many, how far its people are, and when they will be through. */
export function broadcastForms(deps: {
  broadcasts: BroadcastModel;
  enterprises: EnterpriseModel;
  windows: Windows;
  standingOf: (appid: string) => CapacityEntry | undefined;
  /** Logins a minute that an account may make, unless WeChat takes fewer. */
  callsPerMinute: number;
  now: () => number;
  draw: DrawForm;
}): Router {
  const { broadcasts, enterprises, windows, standingOf, callsPerMinute, now, draw } = deps;
  const router = new Router({ prefix: '/operate/broadcasts', sensitive: true });

  async function showList(ctx: Context, typed: Typed = {}, problem?: Problem): Promise<void> {
    const found = await broadcasts.find().sort({ beginsAt: -1 }).limit(mostListed).maxTimeMS(2_000).lean();
    draw(ctx, problem === undefined ? 200 : 422, 'broadcasts', (words, lang) => ({
      title: words.titles.broadcasts,
      page: found,
      fmt: formatsOf(lang),
      action: '/operate/broadcasts',
      back: '/operate',
      button: words.save,
      fields: broadcastFields,
      ...{ typed, version: '', faults: problem ? atFields(problem, broadcastFields, words, lang) : {} },
      ...(problem && { fault: words.wrong }),
    }));
  }

  async function make(ctx: Context, typed: Typed): Promise<string> {
    const form = checkInput(broadcastForm, givenOf(typed));
    const enterprise = await enterprises.findOne({ entId: form.ent_id }).maxTimeMS(2_000).lean();
    if (enterprise === null) throw invalidRequest('ent_id: there is no such enterprise', ['ent_id']);
    const known = standingOf(enterprise.appid)?.perSecond;
    const broadcast = {
      _id: randomUUID(),
      entId: enterprise.entId,
      appid: enterprise.appid,
      people: form.people,
      beginsAt: form.begins_at === undefined ? new Date(now()) : new Date(form.begins_at),
      minutes: form.minutes,
      perMinute:
        form.per_minute ?? (known === undefined ? callsPerMinute : Math.max(1, Math.round(known * 60))),
      createdBy: operatorOf(ctx).name,
      createdAt: new Date(),
    };
    await audit(ctx, {
      action: 'plan a broadcast',
      object: `enterprise ${enterprise.entId}`,
      after: broadcast,
    });
    const { _id: id, entId, appid, beginsAt } = broadcast;
    await windows.broadcastPeople.begin({ id, entId, appid }, beginsAt.getTime());
    await broadcasts.create([broadcast]);
    noteChange(ctx, { ent_id: enterprise.entId });
    return broadcast._id;
  }

  router.get('/', (ctx) => showList(ctx));
  router.post('/', formBody(bodyLimit), async (ctx) => {
    const typed = checkInput(typedForm, ctx.request.body);
    try {
      redirect(ctx, 303, `/operate/broadcasts/${await make(ctx, typed)}`);
    } catch (error) {
      const problem = faultsOf(error);
      if (problem === undefined) throw error;
      await showList(ctx, typed, problem);
    }
  });

  router.get('/:id', async (ctx) => {
    const broadcast = await find(ctx);
    const view = await progressOf(broadcast, deps);
    draw(ctx, 200, 'broadcast', (words, lang) => ({
      title: `${words.titles.broadcasts}: ${broadcast.entId}`,
      fmt: formatsOf(lang),
      ...{ broadcast, view },
      at: (ms: number) => new Date(ms).toISOString(),
    }));
  });

  router.post('/:id/end', async (ctx) => {
    const { _id, entId, appid, endedAt } = await find(ctx);
    if (!endedAt) {
      await audit(ctx, { action: 'end a broadcast', object: `enterprise ${entId}`, before: { _id } });
      const endsAt = now();
      await windows.broadcastPeople.end({ id: _id, entId, appid }, endsAt);
      await broadcasts.updateOne({ _id }, { $set: { endedAt: new Date(endsAt) } }).maxTimeMS(2_000);
      noteChange(ctx, { ent_id: entId });
    }
    redirect(ctx, 303, `/operate/broadcasts/${_id}`);
  });
  router.all('/', allowOnly('GET', 'HEAD', 'POST'));
  router.all('/:id', allowOnly('GET', 'HEAD'));
  router.all('/:id/end', allowOnly('POST'));
  return router;

  async function find(ctx: RouterContext) {
    const { id } = checkInput(idInPath, ctx.params);
    const found = await broadcasts.findOne({ _id: id }).maxTimeMS(2_000).lean();
    if (found === null) throw new Problem(404, 'not_found', 'There is no such broadcast.');
    return found;
  }
}
