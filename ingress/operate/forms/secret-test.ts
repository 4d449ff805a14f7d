import { Router } from '@koa/router';
import { languageOf } from '#ingress/browser/pages/language.ts';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import type { DrawForm } from '#ingress/operate/forms/draw.ts';
import { tellSecretTest } from '#ingress/operate/words/secret-test-words.ts';
import { appidInPath } from '#ingress/operator/forms.ts';
import type { TestSecret } from '#ingress/operator/test-secret.ts';

/** POST /v1/accounts/{appid}/test */
export function testSecretRoutes({ testSecret }: { testSecret: TestSecret }): Router {
  const router = new Router({ prefix: '/v1/accounts', sensitive: true });
  router.post('/:appid/test', async (ctx) => {
    const { appid } = checkInput(appidInPath, ctx.params);
    ctx.body = { appid, ...tellSecretTest(await testSecret(ctx, appid), languageOf(undefined, ctx)) };
  });
  router.all('/:appid/test', allowOnly('POST'));
  return router;
}

/** POST /operate/accounts/{appid}/test: the same on a page. */
export function testSecretForm({ testSecret, draw }: { testSecret: TestSecret; draw: DrawForm }): Router {
  const router = new Router({ prefix: '/operate/accounts', sensitive: true });
  router.post('/:appid/test', async (ctx) => {
    const { appid } = checkInput(appidInPath, ctx.params);
    const outcome = await testSecret(ctx, appid);
    draw(ctx, 200, 'test', (words, lang) => ({
      title: `${words.titles.test}: ${appid}`,
      test: tellSecretTest(outcome, lang),
      action: `/operate/accounts/${appid}/test`,
      back: `/operate/accounts/${appid}`,
    }));
  });
  router.all('/:appid/test', allowOnly('POST'));
  return router;
}
