import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { formBody } from '#ingress/http/middleware/form-body.ts';
import { redirect } from '#ingress/http/redirect.ts';
import type { Screen } from '#ingress/operate/screens/screen.ts';
import {
  listOperators,
  nameInPath,
  putOperator,
  removeOperator,
} from '#ingress/operator/manage-operators.ts';
import { namedRoles, type OperatorModel } from '#models/documents/operator.ts';

const bodyLimit = 1_024;
const tokenForm = z.object({
  name: nameInPath.shape.name,
  role: z.enum(namedRoles),
  /** The day after which it opens nothing. */
  expires_on: z.iso
    .date()
    .or(z.literal('').transform(() => undefined))
    .optional(),
});

/** /operate/operators: named tokens. A new one is shown in the answer that made it, and never again. */
export function operatorScreens({ screen, operators }: { screen: Screen; operators: OperatorModel }): Router {
  const router = new Router({ prefix: '/operate/operators', sensitive: true });

  async function show(ctx: Context, data: object = {}): Promise<void> {
    const { title } = screen.wordsFor(ctx).operators;
    const all = await listOperators(operators);
    screen.show(ctx, 'operators', { title }, { operators: all, roles: namedRoles, ...data });
  }

  router.get('/', (ctx) => show(ctx));

  router.post('/', formBody(bodyLimit), async (ctx) => {
    const { name, role, expires_on: day } = checkInput(tokenForm, ctx.request.body);
    if ((await operators.exists({ name }).maxTimeMS(2_000)) !== null) {
      ctx.status = 409;
      return show(ctx, { fault: screen.wordsFor(ctx).operators.taken });
    }
    const end = day && { expires_at: new Date(Date.parse(day) + 86_400_000).toISOString() };
    const { answer, isNew } = await putOperator(operators, ctx, name, { role, ...end });
    ctx.status = isNew ? 201 : 409;
    await show(ctx, isNew ? { made: answer } : { fault: screen.wordsFor(ctx).operators.taken });
  });

  router.post('/:name/remove', async (ctx) => {
    await removeOperator(operators, ctx, checkInput(nameInPath, ctx.params).name);
    redirect(ctx, 303, '/operate/operators');
  });

  router.all('/', allowOnly('GET', 'HEAD', 'POST'));
  router.all('/:name/remove', allowOnly('POST'));
  return router;
}
