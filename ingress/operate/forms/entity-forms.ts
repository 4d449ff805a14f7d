import { Router, type RouterContext } from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { formBody } from '#ingress/http/middleware/form-body.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import { redirect } from '#ingress/http/redirect.ts';
import type { DrawForm } from '#ingress/operate/forms/draw.ts';
import { atFields, differing, faultsOf, isConflict } from '#ingress/operate/forms/faults.ts';
import { type Field, type Typed, toPatch, toTyped } from '#ingress/operate/forms/field.ts';
import { tellLogoFault } from '#ingress/operate/words/logo-fault-words.ts';
import { idInPath } from '#ingress/operator/forms.ts';

const bodyLimit = 1_048_576;
export const typedForm = z.record(z.string(), z.string().max(1_000_000));

/** Accounts, enterprises or clients, as their forms need them. `answer`: the members of the door's JSON. */
export type Entity = {
  readonly section: 'accounts' | 'enterprises' | 'clients';
  readonly idName: string;
  readonly fields: readonly Field[];
  /** Only of a new one. */
  readonly more?: readonly Field[];
  readonly find: (
    id: string,
  ) => Promise<{ readonly version: string; readonly answer: Record<string, unknown> } | undefined>;
  readonly put: (ctx: Context, id: string, patch: object, version: string) => Promise<Put>;
  readonly remove: (ctx: Context, id: string) => Promise<unknown>;
  /** Who keeps it from being removed. */
  readonly usersOf?: (id: string) => Promise<readonly string[]>;
  /** What a form of a new one shows at first. */
  readonly defaults?: Readonly<Record<string, unknown>>;
};

/** `secret`: is told once. `logoFault`: all is stored, but there is no logo. */
type Put = { readonly secret?: string; readonly logoFault?: string };

/** Make, change and remove, by forms. What they may say and what they write is the JSON door's own. */
export function entityForms(entity: Entity, draw: DrawForm): Router {
  const { section, idName, find } = entity;
  const router = new Router({ sensitive: true });
  const readForm = formBody(bodyLimit);
  const idField: Field = { name: idName, kind: 'text', isRequired: true };
  const newFields = [idField, ...entity.fields, ...(entity.more ?? [])];
  const pageOf = (id: string) => `/operate/${section}/${id}`;

  function show(
    ctx: Context,
    form: { id?: string; typed: Typed; version: string; problem?: Problem; stored?: Typed },
  ): void {
    const { id, typed, version, problem, stored } = form;
    const fields = id === undefined ? newFields : entity.fields;
    const status = problem === undefined ? 200 : problem.status === 409 ? 409 : 422;
    draw(ctx, status, 'form', (words, lang) => {
      const isOther = problem !== undefined && isConflict(problem);
      const faults = problem === undefined || isOther ? {} : atFields(problem, fields, words, lang);
      const unplaced =
        problem !== undefined && Object.keys(faults).length === 0 ? problem.message : words.wrong;
      return {
        title: id === undefined ? words.titles[`new-${section}`] : `${words.titles.change}: ${id}`,
        action: id === undefined ? `/operate/${section}` : pageOf(id),
        back: id === undefined ? `/operate/${section}` : pageOf(id),
        button: words.save,
        ...{ fields, typed, version, faults },
        ...(isOther
          ? { conflict: differing(fields, stored ?? {}, typed) }
          : problem !== undefined && { fault: unplaced }),
      };
    });
  }

  /** A refusal goes back onto the form with what was typed, but for secrets; all else is thrown on. */
  async function save(ctx: Context, id: string, typed: Typed, isNew: boolean): Promise<void> {
    const { version = '' } = typed;
    const fields = isNew ? newFields : entity.fields;
    try {
      const { [idName]: _, ...patch } = toPatch(fields, typed);
      const { secret, logoFault } = await entity.put(
        ctx,
        checkInput(inForm(idName), { [idName]: id })[idName] ?? '',
        patch,
        version,
      );
      if (secret !== undefined) {
        draw(ctx, 201, 'once', (words, lang) => ({
          title: id,
          label: words.key,
          secret,
          ...(logoFault && { missing: `${words.noLogo} ${tellLogoFault(logoFault, lang)}` }),
          back: pageOf(id),
        }));
      } else if (logoFault !== undefined) await showStored(ctx, id, logoFault);
      else redirect(ctx, 303, pageOf(id));
    } catch (error) {
      const problem = faultsOf(error);
      if (problem === undefined) throw error;
      const stored = isConflict(problem) ? await find(id) : undefined;
      show(ctx, {
        ...(!isNew && { id }),
        typed,
        version: stored?.version ?? version,
        problem,
        ...(stored && { stored: toTyped(fields, stored.answer) }),
      });
    }
  }

  /** The form as it is stored by now: saved once more it looks for the logo once more. */
  async function showStored(ctx: Context, id: string, logoFault: string): Promise<void> {
    const { version, answer } = await findOrThrow(id);
    draw(ctx, 200, 'form', (words, lang) => ({
      title: `${words.titles.change}: ${id}`,
      action: pageOf(id),
      back: pageOf(id),
      button: words.save,
      ...{ fields: entity.fields, typed: toTyped(entity.fields, answer), version },
      fault: words.noLogo,
      faults: { logo_url: tellLogoFault(logoFault, lang) },
    }));
  }

  router.get(`/operate/new/${section}`, (ctx) =>
    show(ctx, { typed: toTyped(newFields, entity.defaults ?? {}), version: '' }),
  );
  router.post(`/operate/${section}`, readForm, (ctx) => {
    const typed = checkInput(typedForm, ctx.request.body);
    return save(ctx, (typed[idName] ?? '').trim(), typed, true);
  });

  router.get(`/operate/${section}/:id/change`, async (ctx) => {
    const id = idOf(ctx);
    const { version, answer } = await findOrThrow(id);
    show(ctx, { id, typed: toTyped(entity.fields, answer), version });
  });
  router.post(`/operate/${section}/:id`, readForm, (ctx) =>
    save(ctx, idOf(ctx), checkInput(typedForm, ctx.request.body), false),
  );

  router.get(`/operate/${section}/:id/delete`, async (ctx) => {
    const id = idOf(ctx);
    await findOrThrow(id);
    showRemoval(ctx, id);
  });
  router.post(`/operate/${section}/:id/delete`, readForm, async (ctx) => {
    const id = idOf(ctx);
    const { confirm } = checkInput(typedForm, ctx.request.body);
    if (confirm !== id) return showRemoval(ctx, id, invalidRequest('confirm: differs', ['confirm']));
    try {
      await entity.remove(ctx, id);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 409) throw error;
      return showRemoval(ctx, id, error, await entity.usersOf?.(id));
    }
    redirect(ctx, 303, `/operate/${section}`);
  });

  router.all(`/operate/new/${section}`, allowOnly('GET', 'HEAD'));
  router.all(`/operate/${section}/:id/change`, allowOnly('GET', 'HEAD'));
  router.all(`/operate/${section}/:id/delete`, allowOnly('GET', 'HEAD', 'POST'));
  return router;

  function showRemoval(ctx: Context, id: string, problem?: Problem, users: readonly string[] = []): void {
    const fields: readonly Field[] = [{ name: 'confirm', kind: 'text', isRequired: true }];
    draw(ctx, problem === undefined ? 200 : problem.status === 409 ? 409 : 422, 'form', (words, lang) => ({
      title: `${words.titles.delete}: ${id}`,
      action: `${pageOf(id)}/delete`,
      back: pageOf(id),
      button: words.remove,
      ...{ fields, typed: {}, version: '', faults: problem ? atFields(problem, fields, words, lang) : {} },
      ...(users.length > 0 && { fault: `${words.inUse} ${users.join(', ')}` }),
    }));
  }

  async function findOrThrow(id: string) {
    const found = await find(id);
    if (found === undefined) throw new Problem(404, 'not_found', 'There is no such thing.');
    return found;
  }
}

export const idOf = (ctx: RouterContext): string => checkInput(z.object({ id: idInPath }), ctx.params).id;
const inForm = (idName: string) => z.object({ [idName]: idInPath });
