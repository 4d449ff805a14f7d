import Router from '@koa/router';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { Live } from '#ingress/operate/live.ts';
import { lastFailures } from '#ingress/operate/screens/failures.ts';
import { listedAtOnce, placePage, placeQuery, sought } from '#ingress/operate/screens/place-list.ts';
import { placeParts, settingsOf } from '#ingress/operate/screens/place-parts.ts';
import type { Screen } from '#ingress/operate/screens/screen.ts';
import { toAnswer } from '#ingress/operator/enterprise-fields.ts';
import { entIdInPath } from '#ingress/operator/forms.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import type { LoginHistoryModel } from '#models/documents/login-history.ts';

const answersWithinMs = 2_000;

/** GET /operate/enterprises, and /operate/enterprises/{ent_id}. */
export function enterpriseScreens(deps: {
  screen: Screen;
  live: Live;
  enterprises: EnterpriseModel;
  history: LoginHistoryModel;
}): Router {
  const { screen, enterprises, history } = deps;
  const router = new Router({ prefix: '/operate/enterprises', sensitive: true });

  router.get('/', async (ctx) => {
    const asked = checkInput(placeQuery, ctx.query);
    const found = await enterprises
      .find(sought('entId', asked))
      .sort({ entId: 1 })
      .limit(listedAtOnce + 1)
      .maxTimeMS(answersWithinMs)
      .lean();
    const { q = '' } = asked;
    const rows = found.map(({ entId, name, appid }) => ({ id: entId, name, appid }));
    const { nav } = screen.wordsFor(ctx);
    const data = { kind: 'enterprises', q, ...placePage(ctx.path, q, rows) };
    screen.show(ctx, 'places', { title: nav.enterprises }, data);
  });

  router.get('/:ent_id', async (ctx) => {
    const { ent_id: entId } = checkInput(entIdInPath, ctx.params);
    const enterprise = await enterprises.findOne({ entId }).maxTimeMS(answersWithinMs).lean();
    if (enterprise === null) throw new Problem(404, 'not_found', 'There is no such enterprise.');
    const [parts, failures] = await Promise.all([
      placeParts(deps, ctx, { ent_id: entId }),
      lastFailures(history, { entId }),
    ]);
    const { name, appid, previousKeyUntil } = enterprise;
    const settings = settingsOf(toAnswer(enterprise));
    const keyUntil =
      previousKeyUntil && previousKeyUntil.getTime() > Date.now() ? previousKeyUntil : undefined;
    const data = { id: entId, name, appid, settings, keyUntil, failures };
    screen.showLive(
      ctx,
      'enterprise',
      { title: name, hasChart: true },
      { ...parts, ...data, news: [parts.news, data] },
    );
  });

  router.all('/', allowOnly('GET', 'HEAD'));
  return router;
}
