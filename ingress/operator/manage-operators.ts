import { Router, type RouterContext } from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { jsonBody } from '#ingress/http/middleware/json-body.ts';
import { Problem } from '#ingress/http/problem.ts';
import { audit, difference } from '#ingress/operator/audit.ts';
import { idInPath } from '#ingress/operator/forms.ts';
import { changedFields, noteChange } from '#ingress/operator/log-changes.ts';
import { mergePatch } from '#ingress/operator/merge-patch.ts';
import { createApiKey } from '#ingress/operator/rotate-key.ts';
import { namedRoles, type OperatorDocument, type OperatorModel } from '#models/documents/operator.ts';
import { upsertTwice } from '#models/documents/upsert-twice.ts';
import { digest } from '#operations/digest.ts';
import { operatorOf } from '#operations/require-operator.ts';

const bodyLimit = 1_024;
const mostListed = 1_000;
export const nameInPath = z.object({
  // ADMIN_TOKEN's; an entry of the audit must not seem to be of it.
  name: idInPath.refine((name) => name !== 'root', 'is the name of ADMIN_TOKEN'),
});

/** What a named token is after PUT /v1/operators/{name}. */
export const operatorForm = z.strictObject({
  name: idInPath.optional(),
  role: z.enum(namedRoles),
  /** Absent: until it is removed. */
  expires_at: z.iso.datetime().optional(),
});

/** /v1/operators: named tokens of this door. A token is told when it is made and never again; another takes a removal first. */
export function manageOperators({ operators }: { operators: OperatorModel }): Router {
  const router = new Router({ prefix: '/v1/operators', sensitive: true });

  router.get('/', async (ctx) => {
    ctx.body = { operators: await listOperators(operators) };
  });

  router.get('/:name', async (ctx) => {
    const found = await operators
      .findOne({ name: nameOf(ctx) })
      .maxTimeMS(2_000)
      .lean();
    if (found === null) throw unknownOperator();
    ctx.body = toAnswer(found);
  });

  router.put('/:name', jsonBody(bodyLimit), async (ctx) => {
    const { isNew, answer } = await putOperator(operators, ctx, nameOf(ctx), ctx.request.body);
    ctx.status = isNew ? 201 : 200;
    ctx.body = answer;
  });

  router.delete('/:name', async (ctx) => {
    await removeOperator(operators, ctx, nameOf(ctx));
    ctx.status = 204;
  });

  router.all('/', allowOnly('GET', 'HEAD'));
  router.all('/:name', allowOnly('GET', 'HEAD', 'PUT', 'DELETE'));
  return router;
}

/** All named tokens, without the tokens. */
export async function listOperators(operators: OperatorModel) {
  const found = await operators.find().sort({ name: 1 }).limit(mostListed).maxTimeMS(2_000).lean();
  return found.map(toAnswer);
}

/** Makes a named token, or changes it as the patch says. `answer` has the token when it is new: told once. */
export async function putOperator(operators: OperatorModel, ctx: Context, name: string, patch: unknown) {
  const before = await operators.findOne({ name }).maxTimeMS(2_000).lean();
  const known = before && { role: before.role, ...expiryOf(before) };
  const form = checkInput(operatorForm, mergePatch(known, patch));
  if (form.name !== undefined && form.name !== name)
    throw new Problem(400, 'invalid_request', 'name: differs from the path', { fields: ['name'] });
  const { role, expires_at: expiresAt } = form;
  await audit(ctx, {
    action: before === null ? 'make' : 'change',
    object: `operator ${name}`,
    ...difference(known, { role, ...(expiresAt && { expires_at: expiresAt }) }),
  });
  const token = createApiKey();
  const stored = await upsertTwice(async () =>
    operators
      .findOneAndUpdate(
        { name },
        {
          $set: { role, ...(expiresAt && { expiresAt: new Date(expiresAt) }) },
          ...(expiresAt === undefined && { $unset: { expiresAt: 1 } }),
          $setOnInsert: {
            tokenDigest: digest(token),
            createdBy: operatorOf(ctx).name,
            createdAt: new Date(),
          },
        },
        { upsert: true, returnDocument: 'after', runValidators: true },
      )
      .maxTimeMS(2_000)
      .lean<OperatorDocument>()
      .orFail(),
  );
  // Of two first PUTs at once one made the document: only that one's token is the operator's.
  const isNew = stored.tokenDigest === digest(token);
  noteChange(ctx, { operator: name, fields: changedFields(known, toAnswer(stored)) });
  return { isNew, answer: { ...toAnswer(stored), ...(isNew && { token }) } };
}

/** Throws a Problem where there is none of this name. */
export async function removeOperator(operators: OperatorModel, ctx: Context, name: string): Promise<void> {
  await audit(ctx, { action: 'remove', object: `operator ${name}` });
  const { deletedCount } = await operators.deleteOne({ name }).maxTimeMS(2_000);
  if (deletedCount === 0) throw unknownOperator();
  noteChange(ctx, { operator: name });
}

const nameOf = (ctx: RouterContext): string => checkInput(nameInPath, ctx.params).name;

const expiryOf = ({ expiresAt }: Pick<OperatorDocument, 'expiresAt'>) =>
  expiresAt ? { expires_at: expiresAt.toISOString() } : {};

function toAnswer(operator: OperatorDocument) {
  const { name, role, createdBy, createdAt, lastUsedAt } = operator;
  return {
    name,
    role,
    ...expiryOf(operator),
    created_by: createdBy,
    created_at: createdAt.toISOString(),
    ...(lastUsedAt && { last_used_at: lastUsedAt.toISOString() }),
  };
}

const unknownOperator = (): Problem => new Problem(404, 'not_found', 'There is no such operator.');
