import type { Queue } from 'bullmq';
import type Koa from 'koa';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { jsonErrors } from '#ingress/http/middleware/json-errors.ts';
import { refuseForeignOrigin } from '#ingress/http/same-origin.ts';
import type { CountCodes } from '#ingress/operate/codes-at-stake.ts';
import { allForms } from '#ingress/operate/forms/all-forms.ts';
import { createDrawForm } from '#ingress/operate/forms/draw.ts';
import { testSecretForm, testSecretRoutes } from '#ingress/operate/forms/secret-test.ts';
import { liveRoutes } from '#ingress/operate/live-routes.ts';
import type { PageLanguage } from '#ingress/operate/page-language.ts';
import { createOperatePages } from '#ingress/operate/pages/render-operate.ts';
import { showFiles } from '#ingress/operate/pages/show-files.ts';
import { allScreens, type Operate } from '#ingress/operate/screens/all-screens.ts';
import { createLoginPage } from '#ingress/operate/screens/login-page.ts';
import { createPageErrors } from '#ingress/operate/screens/page-errors.ts';
import { createScreen } from '#ingress/operate/screens/screen.ts';
import { sessionRoutes, signInPath } from '#ingress/operate/session.ts';
import type { SessionCookie } from '#ingress/operate/session-cookie.ts';
import type { Windows } from '#ingress/operate/windows.ts';
import { withAudit } from '#ingress/operator/audit.ts';
import { createAccountChanges } from '#ingress/operator/change-account.ts';
import { createClientChanges } from '#ingress/operator/change-client.ts';
import { createEnterpriseChanges } from '#ingress/operator/change-enterprise.ts';
import type { FetchLogo } from '#ingress/operator/fetch-logo.ts';
import { createKeepLogo } from '#ingress/operator/keep-logo.ts';
import { logChanges } from '#ingress/operator/log-changes.ts';
import { manageAccounts } from '#ingress/operator/manage-accounts.ts';
import { manageClients } from '#ingress/operator/manage-clients.ts';
import { manageEnterprises } from '#ingress/operator/manage-enterprises.ts';
import { manageOperators } from '#ingress/operator/manage-operators.ts';
import { queueDashboard } from '#ingress/operator/queue-dashboard.ts';
import { createQueueMetrics } from '#ingress/operator/queue-metrics.ts';
import { roleFor } from '#ingress/operator/role-for.ts';
import { rotateSigningKeys } from '#ingress/operator/rotate-signing-keys.ts';
import { type Stored, showLogin } from '#ingress/operator/show-login.ts';
import type { TestSecret } from '#ingress/operator/test-secret.ts';
import type { AccountCapacity } from '#models/account/capacity.ts';
import type { BindingModel } from '#models/documents/binding.ts';
import type { BroadcastModel } from '#models/documents/broadcast.ts';
import type { ClientModel } from '#models/documents/client.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import type { Erasure } from '#models/documents/erasure.ts';
import type { LoginHistoryModel } from '#models/documents/login-history.ts';
import type { LogoModel } from '#models/documents/logo.ts';
import type { OperatorModel } from '#models/documents/operator.ts';
import type { OperatorActionModel } from '#models/documents/operator-action.ts';
import type { ServiceAccountModel } from '#models/documents/service-account.ts';
import type { SigningKeys } from '#models/documents/signing-keys.ts';
import type { LoginRecords } from '#models/login/record.ts';
import type { Sessions } from '#models/operators/sessions.ts';
import type { Sealer } from '#models/sealing.ts';
import type { ClientAddress } from '#operations/client-address.ts';
import { within } from '#operations/deadline.ts';
import type { Doorkeeper } from '#operations/doorkeeper.ts';
import type { Probe } from '#operations/health.ts';
import { createOperatorApp } from '#operations/operator-app.ts';
import type { Operator } from '#operations/operator-roles.ts';
import type { FindOperator } from '#operations/require-operator.ts';

/** Less than the 5 s that MongoDB’s driver looks for a server. */
const usualDeadlineMs = 4_000;

/** The operator's door, for the second listener: accounts, enterprises, clients, the queue dashboard, metrics and health. */
export function createOperatorDoor(deps: {
  /** ms after which a request that a store holds up is a 503; 4,000 when absent. */
  deadlineMs?: number;
  find: FindOperator;
  findSession: (ctx: Koa.Context) => Promise<Operator | undefined>;
  sessions: Sessions;
  sessionCookie: SessionCookie;
  operators: OperatorModel;
  actions: OperatorActionModel;
  /** Slower than that of programs: a person tries by hand. */
  signInDoorkeeper: Doorkeeper;
  /** Of the queue dashboard: ADMIN_WRITABLE. */
  isWritable: boolean;
  publicUrl: string;
  erasure: Erasure;
  onErasure: () => void;
  doorkeeper: Doorkeeper;
  addressOf: ClientAddress;
  accounts: ServiceAccountModel;
  enterprises: EnterpriseModel;
  clients: ClientModel;
  keys: Pick<SigningKeys, 'rotate' | 'removeRetired'>;
  sealer: Sealer;
  /** One for each shard. */
  queues: readonly Queue[];
  /** Of the stores, for /readyz. */
  probes: Record<string, Probe>;
  registry: Registry;
  /** Redis's clock, ms: that of the jobs' ages. */
  now?: () => number;
  capacity: Pick<AccountCapacity, 'open' | 'forget'>;
  records: Pick<LoginRecords, 'read'>;
  history: LoginHistoryModel;
  bindings: BindingModel;
  stored: Stored;
  testSecret: TestSecret;
  operate: Operate & { readonly windows: Windows; readonly countCodes: CountCodes };
  broadcasts: BroadcastModel;
  logos: LogoModel;
  fetchLogo: FetchLogo;
  /** ACCOUNT_CALLS_PER_MINUTE */
  callsPerMinute: number;
  pageLanguage: PageLanguage;
  /** ADMIN_URL */
  adminUrl?: string | undefined;
  whyWaits: (appid: string) => string | undefined;
  log: Logger;
  /** False while the process starts or closes. */
  isReady?: () => boolean;
}): Koa {
  const { capacity, queues, probes, registry, log, isReady = () => true, now = Date.now } = deps;
  const pages = createOperatePages();
  const drawn = { pages, pageLanguage: deps.pageLanguage };
  const draw = createDrawForm(drawn);
  const screen = createScreen(drawn);
  const pageErrors = createPageErrors(drawn);
  const app = createOperatorApp({
    access: {
      find: deps.find,
      findSession: deps.findSession,
      open: ['/operate/session', '/operate/session/end', ...pages.files.keys()],
      roleFor,
      signIn: signInPath,
      refuse: pageErrors.refuse,
    },
    doorkeeper: deps.doorkeeper,
    registry,
    probes,
    refreshMetrics: createQueueMetrics({ queues, registry, ...(deps.now && { now: deps.now }) }),
    isReady,
    log,
  });

  // What WeChat said of the account before counts no more.
  async function onAccountChanged(appid: string, change: 'stored' | 'removed'): Promise<void> {
    const work = change === 'stored' ? capacity.open(appid, 'misconfigured') : capacity.forget(appid);
    await work.catch((error: unknown) =>
      log.warn({ err: error, appid }, 'standing of a changed account not cleared'),
    );
  }

  app.use(showFiles(pages.files));
  app.use(pageErrors.drawErrors());
  app.use(jsonErrors(log));
  app.use(refuseForeignOrigin(deps.adminUrl));
  app.use(
    sessionRoutes({
      ...deps,
      cookie: deps.sessionCookie,
      doorkeeper: deps.signInDoorkeeper,
      pages,
    }).routes(),
  );
  app.use(withAudit(deps));
  app.use(logChanges(deps));
  // It takes as long as a worker does.
  app.use(testSecretRoutes(deps).routes());
  app.use(testSecretForm({ ...deps, draw }).routes());
  app.use((_ctx, next) => within(deps.deadlineMs ?? usualDeadlineMs, next()));
  const changes = {
    accounts: createAccountChanges({ ...deps, now, onAccountChanged }),
    enterprises: createEnterpriseChanges({ ...deps, keepLogo: createKeepLogo(deps) }),
    clients: createClientChanges(deps),
  };
  app.use(manageAccounts({ ...deps, changes: changes.accounts, now }).routes());
  app.use(manageEnterprises({ ...deps, changes: changes.enterprises }).routes());
  app.use(manageClients({ ...deps, changes: changes.clients }).routes());
  app.use(allForms({ ...deps, ...deps.operate, changes, draw, now }));
  app.use(manageOperators(deps).routes());
  app.use(rotateSigningKeys(deps).routes());
  app.use(liveRoutes(deps.operate.live).routes());
  app.use(showLogin({ ...deps, ...deps.stored, showPage: createLoginPage(screen, now) }).routes());
  app.use(allScreens({ ...deps, ...deps.operate, screen, now }));
  app.use(queueDashboard({ queues, isWritable: deps.isWritable }));
  return app;
}
