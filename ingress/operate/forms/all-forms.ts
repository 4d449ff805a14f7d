import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { CountCodes } from '#ingress/operate/codes-at-stake.ts';
import { broadcastForms } from '#ingress/operate/forms/broadcasts.ts';
import { clientList } from '#ingress/operate/forms/client-list.ts';
import { createDeeds } from '#ingress/operate/forms/deeds.ts';
import type { DrawForm } from '#ingress/operate/forms/draw.ts';
import { type Changes, createEntities } from '#ingress/operate/forms/entities.ts';
import { entityForms } from '#ingress/operate/forms/entity-forms.ts';
import { deedForm } from '#ingress/operate/forms/one-field-forms.ts';
import { pauseForms } from '#ingress/operate/forms/pause-forms.ts';
import { verifyFileForms } from '#ingress/operate/forms/verify-files.ts';
import type { ClientModel } from '#models/documents/client.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import type { ServiceAccountModel } from '#models/documents/service-account.ts';

/** Everything an operator changes on a page. None of it needs a script. */
export function allForms(
  deps: {
    accounts: ServiceAccountModel;
    enterprises: EnterpriseModel;
    clients: ClientModel;
    changes: Changes;
    publicUrl: string;
    countCodes: CountCodes;
    draw: DrawForm;
  } & Omit<Parameters<typeof broadcastForms>[0], 'draw' | 'enterprises'>,
): Middleware {
  const { draw, changes } = deps;
  const { account, enterprise, client } = createEntities(deps);
  const routers = [
    pauseForms(deps),
    clientList(deps),
    broadcastForms(deps),
    ...createDeeds(deps).map((deed) => deedForm(deed, draw)),
    verifyFileForms({ ...deps, changes: changes.accounts }),
    ...[account, enterprise, client].map((entity) => entityForms(entity, draw)),
  ];
  return compose(routers.map((router) => router.routes() as Middleware));
}
