import { Router } from '@koa/router';
import { languageOf } from '#ingress/browser/pages/language.ts';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { tellSecretTest } from '#ingress/operate/words/secret-test-words.ts';
import { appidInPath } from '#ingress/operator/forms.ts';
import type { TestSecret } from '#ingress/operator/test-secret.ts';

/** POST /v1/accounts/{appid}/test */
export function testSecretRoutes({ testSecret }: { testSecret: TestSecret }): Router {
  const router = new Router({ prefix: '/v1/accounts' });
  router.post('/:appid/test', async (ctx) => {
    const { appid } = checkInput(appidInPath, ctx.params);
    ctx.body = { appid, ...tellSecretTest(await testSecret(ctx, appid), languageOf(undefined, ctx)) };
  });
  router.all('/:appid/test', allowOnly('POST'));
  return router;
}
