import type { Context } from 'koa';
import type { Language } from '#ingress/browser/pages/language.ts';
import type { EnterpriseDocument } from '#models/documents/enterprise.ts';
import type { Goal } from '#models/login/goal.ts';

/** What the browser's door does for a login that is to come back to another door. */
export type LoginWithin = {
  /** Admission, consent and WeChat, or the page that says "open in WeChat"; `here` is where this browser may go on all the same. */
  readonly begin: (
    ctx: Context,
    enterprise: EnterpriseDocument,
    wish: { readonly lang: Language; readonly goal: Goal; readonly here: string },
  ) => Promise<void>;
  /** Whoever has a code on its way comes first (ingress/browser/start-gate.ts). */
  readonly inTurn: (ctx: Context, start: () => Promise<void>) => Promise<void>;
  /** Digest of the cookie that tells browsers apart. */
  readonly browserOf: (ctx: Context) => string | undefined;
};
