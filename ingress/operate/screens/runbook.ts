import Router from '@koa/router';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { readRunbook } from '#ingress/operate/runbook.ts';
import type { Screen } from '#ingress/operate/screens/screen.ts';

/** GET /operate/runbook: what to do for each condition and alert, beside the incident that leads here. */
export function runbookScreen({ screen }: { screen: Screen }): Router {
  const router = new Router({ sensitive: true });
  router.get('/operate/runbook', (ctx) => {
    const html = readRunbook(screen.langOf(ctx));
    screen.show(ctx, 'runbook', { title: screen.wordsFor(ctx).nav.runbook }, { html });
  });
  router.all('/operate/runbook', allowOnly('GET', 'HEAD'));
  return router;
}
