import type { Context } from 'koa';
import { checkInput } from '#ingress/http/check-input.ts';
import { type Live, liveQuery } from '#ingress/operate/live.ts';
import { pointsInRow } from '#ingress/operate/screens/overview.ts';
import type { Screen } from '#ingress/operate/screens/screen.ts';
import { labelOf, troubleRows } from '#ingress/operate/screens/trouble-rows.ts';

/** What the pages of an enterprise and of an account have in common. Throws a Problem where there is none of this id. */
export async function placeParts(
  { screen, live }: { screen: Screen; live: Live },
  ctx: Context,
  whose: { readonly ent_id: string } | { readonly appid: string },
) {
  const { window } = checkInput(liveQuery, ctx.query);
  const lang = screen.langOf(ctx);
  const told = await live({ window, ...whose }, lang);
  const { at, ...news } = told;
  return {
    at,
    news,
    live: told,
    names: told.names,
    path: ctx.path,
    incidents: told.incidents,
    troubles: troubleRows(told.troubles, lang),
    pointsInRow: pointsInRow[window],
    lines: told.series.kinds.map(({ step, n }) => ({ label: labelOf(step, lang), n })),
  };
}

/** Settings as a page shows them; a list is one text. */
export const settingsOf = (answer: object): readonly (readonly [name: string, value: unknown])[] =>
  Object.entries(answer).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') || '–' : value,
  ]);
