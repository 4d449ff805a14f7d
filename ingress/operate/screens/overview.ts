import Router from '@koa/router';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { type Live, liveQuery } from '#ingress/operate/live.ts';
import type { Screen } from '#ingress/operate/screens/screen.ts';
import { columns, sortedPlaces } from '#ingress/operate/screens/sorted-places.ts';

/** The others are on pages of their own. */
const mostRows = 20;
/** Points of the chart that are one row of its table. */
export const pointsInRow = { '15m': 1, '24h': 6, '30d': 4 } as const;
const overviewQuery = liveQuery.pick({ window: true }).extend({ sort: z.enum(columns).default('failing') });

/** GET /operate: what is the matter, how far people come, and where they do not. */
export function overview({ screen, live }: { screen: Screen; live: Live }): Router {
  const router = new Router({ sensitive: true });
  router.get('/operate', async (ctx) => {
    const { window, sort } = checkInput(overviewQuery, ctx.query);
    const told = await live({ window }, screen.langOf(ctx));
    const { nav, chart } = screen.wordsFor(ctx);
    const { at, names, ...news } = told;
    const { sent, in: gotIn, failing } = told.series;
    const named = (id: string) => names[id] ?? id;
    const enterprises = sortedPlaces(told.enterprises, sort, ({ ent_id: id }) => named(id));
    const accounts = sortedPlaces(told.accounts, sort, ({ appid }) => named(appid));
    screen.showLive(
      ctx,
      'overview',
      { title: nav.overview, hasChart: true },
      {
        at,
        news: [news, names],
        live: told,
        names,
        incidents: told.incidents,
        columns,
        sort,
        /** This page with another time or order. */
        linkTo: (other: object) => `/operate?${new URLSearchParams({ window, sort, ...other })}`,
        enterprises: enterprises.slice(0, mostRows),
        accounts: accounts.slice(0, mostRows),
        pointsInRow: pointsInRow[window],
        // The last one is drawn on top: it is what one looks for.
        lines: [
          { label: chart.sent, n: sent },
          { label: chart.in, n: gotIn },
          { label: chart.failing, n: failing },
        ],
      },
    );
  });
  router.all('/operate', allowOnly('GET', 'HEAD'));
  return router;
}
