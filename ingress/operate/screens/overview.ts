import Router from '@koa/router';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { type Live, liveQuery } from '#ingress/operate/live.ts';
import { incidentRows } from '#ingress/operate/screens/incident-rows.ts';
import type { Screen } from '#ingress/operate/screens/screen.ts';

/** The others are on pages of their own. */
const mostRows = 20;
/** Points of the chart that are one row of its table. */
export const pointsInRow = { '15m': 1, '24h': 6, '30d': 4 } as const;

/** GET /operate: what is the matter, how far people come, and where they do not. */
export function overview({ screen, live }: { screen: Screen; live: Live }): Router {
  const router = new Router();
  router.get('/operate', async (ctx) => {
    const { window } = checkInput(liveQuery, ctx.query);
    const told = await live({ window }, screen.langOf(ctx));
    const { nav, chart } = screen.wordsFor(ctx);
    const { at, ...news } = told;
    const { sent, in: gotIn, failing } = told.series;
    screen.showLive(
      ctx,
      'overview',
      { title: nav.overview, hasChart: true },
      {
        at,
        news,
        live: told,
        names: told.names,
        incidents: incidentRows(told.incidents),
        mostRows,
        pointsInRow: pointsInRow[window],
        lines: [
          { label: chart.in, n: gotIn },
          { label: chart.failing, n: failing },
          { label: chart.sent, n: sent },
        ],
      },
    );
  });
  router.all('/operate', allowOnly('GET', 'HEAD'));
  return router;
}
