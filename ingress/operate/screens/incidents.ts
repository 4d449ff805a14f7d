import Router from '@koa/router';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { formBody } from '#ingress/http/middleware/form-body.ts';
import { Problem } from '#ingress/http/problem.ts';
import { redirect } from '#ingress/http/redirect.ts';
import type { Incidents } from '#ingress/operate/incidents.ts';
import type { Names } from '#ingress/operate/names.ts';
import type { Screen } from '#ingress/operate/screens/screen.ts';
import { tellIncident } from '#ingress/operate/tell-incident.ts';
import { audit } from '#ingress/operator/audit.ts';
import { noteChange } from '#ingress/operator/log-changes.ts';
import { operatorOf } from '#operations/require-operator.ts';

const bodyLimit = 1_024;
const mostPast = 100;
const idInPath = z.object({ id: z.uuid() });
/** A page of ours that it was pressed on. */
const acknowledgeForm = z.object({
  back: z
    .string()
    .regex(/^\/operate(\/(incidents|(enterprises|accounts)\/[\w-]{1,64}))?$/)
    .default('/operate/incidents'),
});

/** /operate/incidents: what is the matter and what was, and who takes care of it. */
export function incidentScreens(deps: {
  screen: Screen;
  incidents: Pick<Incidents, 'open' | 'past' | 'acknowledge'>;
  names: Names;
  now: () => number;
}): Router {
  const { screen, incidents, names, now } = deps;
  const router = new Router({ prefix: '/operate/incidents', sensitive: true });

  router.get('/', async (ctx) => {
    const [open, past] = await Promise.all([incidents.open(), incidents.past(mostPast)]);
    const all = [...open, ...past];
    const [entNames, accountNames] = await Promise.all([
      names.ofEnterprises([...new Set(all.flatMap(({ entIds }) => entIds.slice(0, 5)))]),
      names.ofAccounts([...new Set(all.flatMap(({ appid }) => appid ?? []))]),
    ]);
    const lang = screen.langOf(ctx);
    const rows = (of: typeof open) => of.map((one) => tellIncident(one, lang));
    const data = {
      open: rows(open),
      past: rows(past),
      names: { ...Object.fromEntries(entNames), ...Object.fromEntries(accountNames) },
    };
    const at = new Date(now()).toISOString();
    screen.showLive(
      ctx,
      'incidents',
      { title: screen.wordsFor(ctx).incidents.title },
      { ...data, at, news: data },
    );
  });

  router.post('/:id/acknowledge', formBody(bodyLimit), async (ctx) => {
    const { id } = checkInput(idInPath, ctx.params);
    const { back } = checkInput(acknowledgeForm, ctx.request.body);
    await audit(ctx, { action: 'acknowledge', object: `incident ${id}` });
    if (!(await incidents.acknowledge(id, operatorOf(ctx).name)))
      throw new Problem(404, 'not_found', 'There is no such incident, or it is over.');
    noteChange(ctx, { fields: ['acknowledged_by'] });
    redirect(ctx, 303, back);
  });

  router.all('/', allowOnly('GET', 'HEAD'));
  router.all('/:id/acknowledge', allowOnly('POST'));
  return router;
}
