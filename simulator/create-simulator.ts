import { createAccountToken } from './account-token.ts';
import { type AccountInput, createAccounts } from './accounts.ts';
import { createPanelAnswerer } from './answer-panel.ts';
import { createPhoneAnswerer } from './answer-phones.ts';
import { createSnsAnswerer } from './answer-sns.ts';
import { createAuthorizer } from './authorize.ts';
import { type BehaviourChanges, createBehaviour } from './behaviour.ts';
import { createCallLog } from './call-log.ts';
import { createCodes } from './codes.ts';
import { createControl } from './control.ts';
import { createControlApi } from './control-api.ts';
import { createFaults } from './faults.ts';
import { createHandler } from './handle-request.ts';
import { homePage } from './home-page.ts';
import { languageOf } from './language.ts';
import { tryCallbackPath } from './panel-accounts.ts';
import { showPanel } from './panel-layout.ts';
import { panelWords } from './panel-words.ts';
import { createPeople, presetIds } from './people.ts';
import { createPhones } from './phones.ts';
import { createQrConnect } from './qr-connect.ts';
import { createQuotas } from './quotas.ts';
import { createCallbackSender } from './send-callback.ts';
import { createBrowserServer } from './serve-browser.ts';
import { createSnsEndpoints } from './sns-endpoints.ts';
import { createStableToken } from './stable-token.ts';
import { createTokens } from './tokens.ts';
import { createTryLogin } from './try-login.ts';

export type SimulatorOptions = {
  /** appid → its secret, or the whole account. */
  accounts?: Record<string, string | AccountInput>;
  behaviour?: BehaviourChanges;
  /** false: keep no call log (benches). */
  log?: boolean;
  /** Calls kept; the oldest fall out. */
  logCapacity?: number;
  /** Of faults with a probability or a spread. */
  seed?: number;
  /** Where browsers reach the simulator; avatars live there. */
  publicUrl?: string;
  now?: () => number;
};

/** A WeChat without a listener: `handler` is for `node:http`, `control` steers and reads it. Call `close` when done. */
export function createSimulator(options: SimulatorOptions = {}) {
  const { now = Date.now, seed = 1, logCapacity = 200_000, log: isLogging = true } = options;
  let publicUrl = options.publicUrl ?? '';
  let ownUrl = '';
  const tryCallback = () => publicUrl + tryCallbackPath;
  const behaviours = createBehaviour({ log: isLogging, ...options.behaviour });
  const behaviour = behaviours.current;
  const accounts = createAccounts();
  for (const [appid, account] of Object.entries(options.accounts ?? {})) {
    accounts.put(appid, typeof account === 'string' ? { secret: account } : account);
  }
  const people = createPeople({ avatarOrigin: () => publicUrl || 'https://thirdwx.qlogo.cn' });
  const codes = createCodes({ behaviour, now });
  const tokens = createTokens({ behaviour, now });
  const faults = createFaults({ seed });
  const log = createCallLog({ behaviour, now, capacity: logCapacity });
  const checkQuota = createQuotas({ behaviour, accounts, now });
  const endpoints = createSnsEndpoints({ accounts, behaviour, codes, tokens, people, faults, checkQuota });
  const stableToken = createStableToken({ accounts, behaviour, checkQuota, now });
  const accountToken = createAccountToken({ accounts, behaviour, checkQuota });
  const answerSns = createSnsAnswerer({
    endpoints,
    accountToken,
    stableToken,
    behaviour,
    codes,
    tokens,
    faults,
    log,
    now,
  });
  const callbacks = createCallbackSender({ behaviour, codes, people, faults, log, now });
  const authorizer = createAuthorizer({
    accounts,
    behaviour,
    people,
    callbacks,
    faults,
    log,
    now,
    tryCallback,
  });
  const qrConnect = createQrConnect({
    accounts,
    behaviour,
    people,
    callbacks,
    log,
    now,
    publicUrl: () => publicUrl,
    tryCallback,
  });
  const tryLogin = createTryLogin({ accounts, codes, ownUrl: () => ownUrl, publicUrl: () => publicUrl });
  const phones = createPhones();
  const control = createControl({ behaviour: behaviours, accounts, people, codes, faults, log });

  const serveBrowser = createBrowserServer({
    authorizer,
    qrConnect,
    tryLogin,
    phones: createPhoneAnswerer({ phones, people }),
    answerSns,
    serveControl: createControlApi(control, phones),
    pressFault: createPanelAnswerer({ faults }),
    publicUrl: () => publicUrl,
    now,
    showHome: (request, response) =>
      showPanel(
        response,
        homePage({
          url: publicUrl,
          accounts: accounts.list(),
          faults: faults.list(),
          calls: log.latest(50),
          snapshots: authorizer.snapshots,
          people: presetIds.map((id) => people.find(id)),
          chosen: behaviour.person,
          words: panelWords[languageOf(request)],
        }),
        publicUrl,
      ),
  });

  return {
    handler: createHandler({ answerSns, serveBrowser }),
    control,
    /** Told once the listener knows its port. */
    setPublicUrl: (url: string): void => {
      ownUrl = url;
      publicUrl = options.publicUrl ?? url;
    },
    close: callbacks.close,
  };
}

export type Simulator = ReturnType<typeof createSimulator>;
