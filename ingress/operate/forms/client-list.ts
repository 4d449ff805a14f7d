import { Router } from '@koa/router';
import { z } from 'zod';
import { checkInput } from '#ingress/http/check-input.ts';
import { after, cursorOf, pageOf, pageSize } from '#ingress/http/page-of.ts';
import { redirect } from '#ingress/http/redirect.ts';
import type { DrawForm } from '#ingress/operate/forms/draw.ts';
import { idOf } from '#ingress/operate/forms/entity-forms.ts';
import type { ClientModel } from '#models/documents/client.ts';

const listed = z.object({ cursor: cursorOf(1).default([]) });

/** GET /operate/clients: the OpenID clients. A client's page is its form. */
export function clientList({ clients, draw }: { clients: ClientModel; draw: DrawForm }): Router {
  const router = new Router({ sensitive: true });
  router.get('/operate/clients', async (ctx) => {
    const { cursor } = checkInput(listed, ctx.query);
    const found = await clients
      .find(after(cursor, ['clientId']), { clientId: 1, name: 1 })
      .sort({ clientId: 1 })
      .limit(pageSize + 1)
      .maxTimeMS(2_000)
      .lean<{ clientId: string; name: string }[]>();
    const { page, more } = pageOf(found, ({ clientId }) => [clientId]);
    const { next_cursor: next } = more as { next_cursor?: string };
    draw(ctx, 200, 'clients', (words) => ({
      title: words.titles.clients,
      page: page.map(({ clientId, name }) => ({ id: clientId, name })),
      ...(next && { next: `/operate/clients?cursor=${encodeURIComponent(next)}` }),
    }));
  });
  router.get('/operate/clients/:id', (ctx) => redirect(ctx, 303, `/operate/clients/${idOf(ctx)}/change`));
  return router;
}
