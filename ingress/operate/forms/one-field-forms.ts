import { Router } from '@koa/router';
import type { Context } from 'koa';
import { checkInput } from '#ingress/http/check-input.ts';
import { formBody } from '#ingress/http/middleware/form-body.ts';
import { Problem } from '#ingress/http/problem.ts';
import { redirect } from '#ingress/http/redirect.ts';
import type { DrawForm } from '#ingress/operate/forms/draw.ts';
import { idOf, typedForm } from '#ingress/operate/forms/entity-forms.ts';
import { atFields, faultsOf, isConflict } from '#ingress/operate/forms/faults.ts';
import type { Field, Typed } from '#ingress/operate/forms/field.ts';
import type { Title } from '#ingress/operate/forms/form-words.ts';
import type { Version } from '#ingress/operator/version.ts';

const bodyLimit = 16_384;

/** A small form of one thing to do with an account, an enterprise or a client. */
export type Deed = {
  readonly section: 'accounts' | 'enterprises' | 'clients';
  readonly name: Title;
  readonly fields: readonly Field[];
  readonly typed?: Typed;
  /** Names of the JSON door's fields, where the form calls them otherwise. */
  readonly called?: Readonly<Record<string, string>>;
  /** The version of what it is done to; undefined: there is none. */
  readonly versionOf: (id: string) => Promise<string | undefined>;
  /**
   * Done to this version alone: a form that is sent twice does it once. Answers what is told once, and until when the one before
   * is good.
   */
  readonly run: (
    ctx: Context,
    id: string,
    typed: Typed,
    version: Version,
  ) => Promise<{ readonly secret: string; readonly oldUntil?: string } | undefined>;
};

/** GET shows the form, POST does it: 303 to the page of what it was done to, or 422 with each fault at its field. */
export function deedForm(deed: Deed, draw: DrawForm): Router {
  const { section, name, fields, run, called = {} } = deed;
  const router = new Router({ prefix: `/operate/${section}/:id/${name}`, sensitive: true });

  function show(ctx: Context, id: string, typed: Typed, version: string, given?: Problem): void {
    const problem = given && renamed(given, called);
    draw(ctx, problem === undefined ? 200 : 422, 'form', (words, lang) => ({
      title: `${words.titles[name]}: ${id}`,
      action: `/operate/${section}/${id}/${name}`,
      back: `/operate/${section}/${id}`,
      button: words.titles[name],
      ...{ fields, typed, version },
      faults: problem ? atFields(problem, fields, words, lang) : {},
      ...(problem && { fault: words.wrong }),
    }));
  }

  async function versionOrThrow(id: string): Promise<string> {
    const version = await deed.versionOf(id);
    if (version === undefined) throw new Problem(404, 'not_found', 'There is no such thing.');
    return version;
  }

  router.get('/', async (ctx) => {
    const id = idOf(ctx);
    show(ctx, id, deed.typed ?? {}, await versionOrThrow(id));
  });

  router.post('/', formBody(bodyLimit), async (ctx) => {
    const id = idOf(ctx);
    const { version = '', ...typed } = checkInput(typedForm, ctx.request.body);
    let told: Awaited<ReturnType<Deed['run']>>;
    try {
      // A page of a release before has none.
      told = await run(ctx, id, typed, version === '' ? undefined : version);
    } catch (error) {
      const problem = faultsOf(error);
      if (problem === undefined) throw error;
      // No form that could be sent on unread: it would end the key that is kept for the host.
      if (isConflict(problem)) throw problem;
      return show(ctx, id, typed, version, problem);
    }
    if (told === undefined) return redirect(ctx, 303, `/operate/${section}/${id}`);
    const { secret, oldUntil } = told;
    draw(ctx, 200, 'once', (words) => ({
      title: `${words.titles[name]}: ${id}`,
      label: words.key,
      ...{ secret, oldUntil },
      back: `/operate/${section}/${id}`,
    }));
  });
  return router;
}

function renamed(problem: Problem, called: Readonly<Record<string, string>>): Problem {
  const fields = problem.fields.map((field) => called[field] ?? field);
  return new Problem(problem.status, problem.code, problem.message, { fields });
}
