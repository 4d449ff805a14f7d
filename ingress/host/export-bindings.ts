import { Readable } from 'node:stream';
import type { RouterContext } from '@koa/router';
import { enterpriseOf, refuseTakenKey } from '#ingress/host/authenticate-enterprise.ts';
import { findPage, toAnswer } from '#ingress/host/manage-bindings.ts';
import type { BindingDocument, BindingModel } from '#models/documents/binding.ts';
import type { Directory } from '#models/documents/directory.ts';

/**
 * GET /v1/bindings/export: all bindings of the enterprise as JSON lines, in the order of appid and openid, as much as the
 * host reads and no more in memory than a page. Broken off where MongoDB goes away: the answer then has no proper end.
 */
export function exportBindings(deps: {
  bindings: BindingModel;
  directory: Pick<Directory, 'findCredentials'>;
}) {
  const { bindings, directory } = deps;

  async function* pagesOf(ctx: RouterContext): AsyncGenerator<readonly BindingDocument[]> {
    const { entId } = enterpriseOf(ctx);
    for (let cursor: readonly string[] | undefined = []; cursor !== undefined; ) {
      // It may take its time, and must not outlive the key that it came with.
      await refuseTakenKey(ctx, directory);
      const { page, next } = await findPage(bindings, { entId }, cursor);
      yield page;
      cursor = next;
    }
  }

  return async function exportBindings(ctx: RouterContext): Promise<void> {
    const enterprise = enterpriseOf(ctx);
    const pages = pagesOf(ctx);
    // Before anything is answered, so that a store that is away is told as such.
    const first = await pages.next();
    const toText = (page: readonly BindingDocument[]) =>
      page.map((binding) => `${JSON.stringify(toAnswer(enterprise, binding))}\n`).join('');
    ctx.type = 'application/x-ndjson';
    ctx.body = Readable.from(
      (async function* () {
        if (!first.done) yield toText(first.value);
        for await (const page of pages) yield toText(page);
      })(),
    );
  };
}
