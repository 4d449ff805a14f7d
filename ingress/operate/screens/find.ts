import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { formBody } from '#ingress/http/middleware/form-body.ts';
import { redirect } from '#ingress/http/redirect.ts';
import type { FindPeople } from '#ingress/operate/screens/find-people.ts';
import type { Screen } from '#ingress/operate/screens/screen.ts';
import { audit } from '#ingress/operator/audit.ts';
import { idPattern } from '#ingress/operator/forms.ts';
import { noteLook } from '#ingress/operator/log-changes.ts';
import { isLoginId } from '#models/login/store.ts';
import { digitsOf } from '#models/login/support-code.ts';

const bodyLimit = 2_048;
const findForm = z.object({
  what: z.string().trim().min(1).max(256),
  ent_id: z
    .string()
    .trim()
    .regex(idPattern)
    .or(z.literal('').transform(() => undefined))
    .optional(),
});

/** /operate/find: a login or a person by whatever a caller has in his hand. What is looked for stands in no address and no record. */
export function findScreen({ screen, people }: { screen: Screen; people: FindPeople }): Router {
  const router = new Router({ sensitive: true });
  const show = (ctx: Context, data: object = {}) =>
    screen.show(ctx, 'find', { title: screen.wordsFor(ctx).find.title }, data);

  router.get('/operate/find', (ctx) => show(ctx));

  router.post('/operate/find', formBody(bodyLimit), async (ctx) => {
    noteLook(ctx);
    const { what, ent_id: entId } = checkInput(findForm, ctx.request.body);
    // On record when it is shown.
    if (isLoginId(what)) return redirect(ctx, 303, `/operate/logins/${what}`);
    const isCode = digitsOf(what) !== undefined;
    if (isCode && what.includes('-')) return redirect(ctx, 303, `/operate/logins/${what.toUpperCase()}`);
    const object = entId ? `enterprise ${entId}` : 'everybody';
    await audit(ctx, { action: 'look for a person', object, isLook: true });
    const [byUserId, byOpenid] = await Promise.all([people.byUserId(what, entId), people.byOpenid(what)]);
    const found = [...byUserId, ...byOpenid];
    const paths = [...new Set(found.map(({ path }) => path))];
    if (paths.length === 1 && paths[0]) return redirect(ctx, 303, paths[0]);
    // Ten digits may be a user_id as well.
    if (paths.length === 0 && isCode) return redirect(ctx, 303, `/operate/logins/${what.toUpperCase()}`);
    if (paths.length === 0) ctx.status = 404;
    show(ctx, paths.length === 0 ? { isNothing: true } : { people: found });
  });

  router.all('/operate/find', allowOnly('GET', 'HEAD', 'POST'));
  return router;
}
