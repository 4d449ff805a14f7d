import Router from '@koa/router';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { Live } from '#ingress/operate/live.ts';
import { lastFailures } from '#ingress/operate/screens/failures.ts';
import { listedAtOnce, placePage, placeQuery, sought } from '#ingress/operate/screens/place-list.ts';
import { placeParts, settingsOf } from '#ingress/operate/screens/place-parts.ts';
import type { Screen } from '#ingress/operate/screens/screen.ts';
import { toAnswer } from '#ingress/operator/account-fields.ts';
import { appidInPath } from '#ingress/operator/forms.ts';
import type { CapacityEntry } from '#models/account/reports.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import type { LoginHistoryModel } from '#models/documents/login-history.ts';
import {
  pauseOf,
  pauseStates,
  type ServiceAccountDocument,
  type ServiceAccountModel,
} from '#models/documents/service-account.ts';

const answersWithinMs = 2_000;
const mostUsers = 100;

/** How an account stands, as the workers tell; undefined where nothing is the matter. */
export type StandingOf = (appid: string) => CapacityEntry | undefined;

/** GET /operate/accounts, and /operate/accounts/{appid}. */
export function accountScreens(deps: {
  screen: Screen;
  live: Live;
  standingOf: StandingOf;
  accounts: ServiceAccountModel;
  enterprises: EnterpriseModel;
  history: LoginHistoryModel;
  /** Redis's clock, ms. */
  now: () => number;
}): Router {
  const { screen, standingOf, accounts, enterprises, history, now } = deps;
  const router = new Router({ prefix: '/operate/accounts', sensitive: true });

  /** By what is stored: who has just paused it must not have to wait until this process has heard of it. */
  function stateOf(account: ServiceAccountDocument) {
    const pause = pauseOf(account, now());
    const capacity = standingOf(account.appid);
    return { pause, capacity, state: pause ? pauseStates[pause.level] : (capacity?.state ?? 'open') };
  }

  router.get('/', async (ctx) => {
    const asked = checkInput(placeQuery, ctx.query);
    const found = await accounts
      .find(sought('appid', asked))
      .sort({ appid: 1 })
      .limit(listedAtOnce + 1)
      .maxTimeMS(answersWithinMs)
      .lean();
    const { q = '' } = asked;
    const rows = found.map((account) => {
      const { capacity, state } = stateOf(account);
      return { id: account.appid, name: account.name, state, cause: capacity?.cause ?? '' };
    });
    const { nav } = screen.wordsFor(ctx);
    const data = { kind: 'accounts', q, ...placePage(ctx.path, q, rows) };
    screen.show(ctx, 'places', { title: nav.accounts }, data);
  });

  router.get('/:appid', async (ctx) => {
    const { appid } = checkInput(appidInPath, ctx.params);
    const account = await accounts.findOne({ appid }).maxTimeMS(answersWithinMs).lean();
    if (account === null) throw new Problem(404, 'not_found', 'There is no such account.');
    const [parts, failures, users] = await Promise.all([
      placeParts(deps, ctx, { appid }),
      lastFailures(history, { appid }),
      enterprises
        .find({ appid }, { entId: 1, name: 1 })
        .sort({ entId: 1 })
        .limit(mostUsers)
        .maxTimeMS(answersWithinMs)
        .lean(),
    ]);
    const { verify_files: files, ...answer } = toAnswer(account);
    const settings = settingsOf({ ...answer, verify_files: Object.keys(files) });
    const [standing] = parts.live.standing;
    const data = {
      id: appid,
      name: account.name,
      settings,
      failures,
      users,
      standing,
      ...stateOf(account),
    };
    screen.showLive(
      ctx,
      'account',
      { title: account.name, hasChart: true },
      { ...parts, ...data, news: [parts.news, data] },
    );
  });

  router.all('/', allowOnly('GET', 'HEAD'));
  return router;
}
