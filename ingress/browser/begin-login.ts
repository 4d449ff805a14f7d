import type { Context } from 'koa';
import type { Logger } from 'pino';
import type { Admission, Held } from '#ingress/admission/admission.ts';
import type { ClientName } from '#ingress/admission/client-name.ts';
import type { Language } from '#ingress/browser/pages/language.ts';
import { lookOf } from '#ingress/browser/pages/look.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { pageCode } from '#ingress/http/page-code.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import { networkStep } from '#models/counts/steps.ts';
import type { Count } from '#models/counts/tally.ts';
import type { Directory } from '#models/documents/directory.ts';
import { documentIdOf, type EnterpriseDocument } from '#models/documents/enterprise.ts';
import type { LoginRecords, LoginWish } from '#models/login/record.ts';
import { requestIdOf } from '#operations/request-id.ts';
import { createSampledLog } from '#operations/sampled-log.ts';
import { sourceOf } from '#wechat/sources/all-sources.ts';

export type BeginLogin = ReturnType<typeof createBeginLogin>;

/** Puts a new login on record, unless its person is held back. One Redis round trip. */
export function createBeginLogin(deps: {
  records: Pick<LoginRecords, 'open'>;
  admission: Admission;
  clientName: ClientName;
  directory: Pick<Directory, 'recallAccount'>;
  pages: Pick<Pages, 'hold'>;
  publicUrl: string;
  openOrigin: string;
  log: Logger;
  count: Count;
  onBegun: () => void;
}) {
  const { records, admission, directory, pages, publicUrl, openOrigin, count } = deps;

  const heldLog = createSampledLog(deps.log);

  /**
   * Answers the WeChat page that this browser goes on to. Undefined when the person is held back, and the page that says so is
   * the answer. Throws a Problem (503) when Redis does not answer.
   */
  return async function beginLogin(
    ctx: Context,
    enterprise: EnterpriseDocument,
    wish: LoginWish & { lang: Language; restarts: number; browser: string },
  ): Promise<string | undefined> {
    const held = await admission.hold(ctx, enterprise, wish.browser);
    if (held !== undefined) {
      count(enterprise, 'held');
      holdBack(ctx, wish.lang, enterprise, held);
      return undefined;
    }
    const { entId, appid } = enterprise;
    const source = sourceOf(directory.recallAccount(appid));
    const scope = source.firstScope(enterprise.scope);
    const begun = { entId, appid, scope, enterprise: documentIdOf(enterprise), ...wish };
    const id = await withinASecond(() => records.open(begun));
    count(enterprise, 'sent');
    const network = networkStep(deps.clientName(ctx));
    if (network !== undefined) count({ entId: '', appid }, network);
    deps.onBegun();
    return source.authorizeUrl({ openOrigin, publicUrl, appid, scope, state: id });
  };

  /** Told before WeChat is asked: no code is minted that would die in line. */
  function holdBack(ctx: Context, lang: Language, enterprise: EnterpriseDocument, held: Held): void {
    const fields = { requestId: requestIdOf(ctx), entId: enterprise.entId, reason: held.reason };
    heldLog.write(`held: ${held.reason}`, 'info', fields, 'person held before WeChat');
    const retryAfterSeconds = Math.ceil(held.retryAfterMs / 1_000);
    ctx.status = 503;
    ctx.set('Retry-After', String(retryAfterSeconds));
    ctx.body = pages.hold({
      lang,
      ...lookOf(ctx, enterprise, lang),
      reason: held.reason,
      ...(held.sentence !== undefined && { sentence: held.sentence }),
      place: held.place,
      waitSeconds: Math.ceil(held.waitMs / 1_000),
      retryAfterSeconds,
      supportCode: pageCode(ctx),
    });
  }
}
