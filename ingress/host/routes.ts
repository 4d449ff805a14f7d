import { Router } from '@koa/router';
import compose from 'koa-compose';
import type { Logger } from 'pino';
import { authenticateAgain, authenticateEnterprise } from '#ingress/host/authenticate-enterprise.ts';
import { type BindUserDeps, bindUser } from '#ingress/host/bind-user.ts';
import { exportBindings } from '#ingress/host/export-bindings.ts';
import { importBindings } from '#ingress/host/import-bindings.ts';
import { importPlaces } from '#ingress/host/import-places.ts';
import { listLogins } from '#ingress/host/list-logins.ts';
import { lookAtBindTicket } from '#ingress/host/look-at-bind-ticket.ts';
import { eraseUser, findBindings, removeBinding } from '#ingress/host/manage-bindings.ts';
import { putBinding } from '#ingress/host/put-binding.ts';
import { redeemTicket } from '#ingress/host/redeem-ticket.ts';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { jsonBody } from '#ingress/http/middleware/json-body.ts';
import { jsonErrors } from '#ingress/http/middleware/json-errors.ts';
import { ndjsonBody } from '#ingress/http/middleware/ndjson-body.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { Erasure } from '#models/documents/erasure.ts';
import type { LoginHistoryModel } from '#models/documents/login-history.ts';
import { createHostBindings } from '#models/login/host-bindings.ts';
import type { Tickets } from '#models/login/ticket.ts';
import type { Unbinding } from '#models/login/unbinding.ts';
import type { Sealer } from '#models/sealing.ts';
import type { Doorkeeper } from '#operations/doorkeeper.ts';

export type HostDeps = BindUserDeps & {
  readonly doorkeeper: Doorkeeper;
  readonly directory: Pick<Directory, 'findCredentials' | 'findAccount'>;
  readonly tickets: Tickets;
  readonly unbinding: Unbinding;
  readonly history: LoginHistoryModel;
  readonly sealer: Pick<Sealer, 'pseudonyms'>;
  readonly tellPerson: Parameters<typeof listLogins>[0]['tellPerson'];
  readonly erasure: Pick<Erasure, 'eraseUser'>;
  readonly log: Logger;
};

const bodyLimit = 8_192;
/** 10,000 lines of some 800 bytes; those that are known have 100 to 200. */
const importLimit = 8_388_608;

/** The host's door: everything under `/v1/` of the public listener, unknown paths and methods included. */
export function createHostDoor(deps: HostDeps): Router {
  const { directory, doorkeeper, log } = deps;
  // A proxy that keeps `/v1/` to some addresses must not be got round by `/V1/`.
  const router = new Router({ sensitive: true });
  const isEnterprise = authenticateEnterprise(directory, doorkeeper);
  const body = compose([jsonBody(bodyLimit), authenticateAgain(directory, doorkeeper)]);
  const lines = compose([importPlaces(), ndjsonBody(importLimit), authenticateAgain(directory, doorkeeper)]);
  const own = { ...deps, hostBindings: createHostBindings(deps) };

  router.use('/v1', jsonErrors(log), async function forbidStoring(ctx, next) {
    ctx.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    await next();
  });
  router.post('/v1/tickets/redeem', isEnterprise, body, redeemTicket(deps));
  router.post('/v1/bindings', isEnterprise, body, bindUser(deps));
  router.post('/v1/bind-tickets/look', isEnterprise, body, lookAtBindTicket(deps));
  router.post('/v1/bindings/import', isEnterprise, lines, importBindings(own));
  router.get('/v1/bindings/export', isEnterprise, exportBindings(deps));
  router.get('/v1/bindings', isEnterprise, findBindings(deps));
  router.delete('/v1/bindings', isEnterprise, eraseUser(deps));
  router.get('/v1/logins', isEnterprise, listLogins(deps));
  router.put('/v1/bindings/:openid', isEnterprise, body, putBinding(own));
  router.delete('/v1/bindings/:openid', isEnterprise, removeBinding(deps));

  router.all('/v1/tickets/redeem', allowOnly('POST'));
  router.all('/v1/bind-tickets/look', allowOnly('POST'));
  router.all('/v1/bindings', allowOnly('GET', 'HEAD', 'POST', 'DELETE'));
  router.all('/v1/logins', allowOnly('GET', 'HEAD'));
  router.all('/v1/bindings/import', allowOnly('POST'));
  router.all('/v1/bindings/export', allowOnly('GET', 'HEAD'));
  router.all('/v1/bindings/:openid', allowOnly('PUT', 'DELETE'));
  router.all('/v1{/*rest}', () => {
    throw new Problem(404, 'not_found', 'There is nothing at this address.');
  });
  return router;
}
