import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { Incidents } from '#ingress/operate/incidents.ts';
import type { Live } from '#ingress/operate/live.ts';
import type { Names } from '#ingress/operate/names.ts';
import { accountScreens, type StandingOf } from '#ingress/operate/screens/accounts.ts';
import { auditScreen } from '#ingress/operate/screens/audit-log.ts';
import { enterpriseScreens } from '#ingress/operate/screens/enterprises.ts';
import { findScreen } from '#ingress/operate/screens/find.ts';
import { createFindPeople } from '#ingress/operate/screens/find-people.ts';
import { incidentScreens } from '#ingress/operate/screens/incidents.ts';
import { operatorScreens } from '#ingress/operate/screens/operators.ts';
import { overview } from '#ingress/operate/screens/overview.ts';
import { personScreen } from '#ingress/operate/screens/people.ts';
import { runbookScreen } from '#ingress/operate/screens/runbook.ts';
import type { Screen } from '#ingress/operate/screens/screen.ts';
import type { BindingModel } from '#models/documents/binding.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import type { LoginHistoryModel } from '#models/documents/login-history.ts';
import type { OperatorModel } from '#models/documents/operator.ts';
import type { OperatorActionModel } from '#models/documents/operator-action.ts';
import type { ServiceAccountModel } from '#models/documents/service-account.ts';
import type { Sealer } from '#models/sealing.ts';

/** What the pages read of the whole installation. */
export type Operate = {
  readonly live: Live;
  readonly incidents: Pick<Incidents, 'open' | 'past' | 'acknowledge'>;
  readonly names: Names;
  readonly standingOf: StandingOf;
};

/** The operator's pages. That of a login is beside its JSON: ingress/operator/show-login.ts. */
export function allScreens(
  deps: {
    screen: Screen;
    accounts: ServiceAccountModel;
    enterprises: EnterpriseModel;
    bindings: BindingModel;
    history: LoginHistoryModel;
    operators: OperatorModel;
    actions: OperatorActionModel;
    sealer: Sealer;
    now: () => number;
  } & Operate,
): Middleware {
  const routers = [
    overview(deps),
    enterpriseScreens(deps),
    accountScreens(deps),
    incidentScreens(deps),
    findScreen({ ...deps, people: createFindPeople(deps) }),
    personScreen(deps),
    auditScreen(deps),
    operatorScreens(deps),
    runbookScreen(deps),
  ];
  return compose(routers.map((router) => router.routes() as unknown as Middleware));
}
