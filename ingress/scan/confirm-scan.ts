import type { Context } from 'koa';
import { z } from 'zod';
import type { FindOwnLogin } from '#ingress/browser/find-own-login.ts';
import { languageOfPage, lookOf } from '#ingress/browser/pages/look.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import type { StartAgain } from '#ingress/browser/start-again-page.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { redirect } from '#ingress/http/redirect.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import type { IdentifiedPhone } from '#ingress/scan/identified-phone.ts';
import { compareNetworks, type NetworkName } from '#ingress/scan/network-name.ts';
import type { PersonKey } from '#models/documents/binding.ts';
import type { Directory } from '#models/documents/directory.ts';
import { idInGoal } from '#models/login/goal.ts';
import type { LoginRecord } from '#models/login/record.ts';
import type { Scan } from '#models/login/scan.ts';
import type { Identified, Scans } from '#models/login/scans.ts';

const form = z.object({ decision: z.enum(['allow', 'deny']) });
/** What the phone's page is about. */
type Phone = { readonly login: LoginRecord; readonly scanId: string; readonly identified: Identified };

/**
 * The phone's page: asks the person whether the computer is to be logged in, and shows the digits after the yes. Only for the
 * phone whose login it is, and once WeChat has told who it is.
 */
export function createConfirmScan(deps: {
  scans: Pick<Scans, 'take' | 'read' | 'decide'>;
  findOwnLogin: FindOwnLogin;
  phones: Pick<IdentifiedPhone, 'identify'>;
  nameOfBinding: (person: PersonKey) => Promise<string | undefined>;
  networkName: NetworkName;
  directory: Pick<Directory, 'findEnterprise'>;
  pages: Pick<Pages, 'phoneScan'>;
  startAgain: StartAgain;
  onDenied: (entId: string) => void;
}) {
  const { scans, findOwnLogin, phones, nameOfBinding, networkName, directory, pages, startAgain } = deps;

  /** Undefined when the answer is given already. */
  async function phoneOf(ctx: Context, id: string): Promise<Phone | undefined> {
    const login = await findOwnLogin(ctx, id);
    const scanId = idInGoal(login?.goal, 'scan');
    if (login === undefined || scanId === undefined) {
      await startAgain(ctx, 404, 'unknown-login');
      return undefined;
    }
    const identified = phones.identify(login);
    // What became of it is told there: refused, a snapshot, still on its way.
    if (identified === undefined) redirect(ctx, 303, `/logins/${id}`);
    return identified && { login, scanId, identified };
  }

  /** The page for what the scripts answered. */
  async function show(ctx: Context, phone: Phone, verb: string, digits = ''): Promise<void> {
    const { login, scanId, identified } = phone;
    const { id, entId } = login;
    if (verb === 'full') return startAgain(ctx, 429, 'too-many-scans', { entId, lang: login.lang });
    const isShown = verb === 'asking' || verb === 'match' || verb === 'ended' || verb === 'denied';
    const scan = isShown ? await withinASecond(() => scans.read(scanId)) : undefined;
    if (!isShown || scan === undefined) return startAgain(ctx, 410, 'qr-used', { entId, lang: login.lang });
    const enterprise = await directory.findEnterprise(entId);
    const lang = languageOfPage(ctx, login.lang);
    const about = { lang, ...lookOf(ctx, enterprise, lang) };
    if (verb === 'match')
      ctx.body = pages.phoneScan({ ...about, state: verb, digits: digits || scan.digits });
    else if (verb !== 'asking') ctx.body = pages.phoneScan({ ...about, state: verb });
    else {
      ctx.body = pages.phoneScan({
        ...about,
        state: verb,
        action: `/logins/${id}/scan`,
        nickname: identified.identity.nickname,
        device: scan.device,
        ageMs: scan.now - scan.begunAt,
        network: compareNetworks(networkName(ctx), scan.network),
      });
    }
  }

  /** The desktop is known to be this person's. Where MongoDB does not answer it is not, and digits are asked for. */
  async function isKnown({ known }: Scan, { login, identified }: Phone): Promise<boolean> {
    if (known.length === 0) return false;
    const name = await nameOfBinding({ ...identified.identity, entId: login.entId }).catch(() => undefined);
    return name !== undefined && known.includes(name);
  }

  return {
    /** GET /logins/{id}/scan */
    async ask(ctx: Context, id: string): Promise<void> {
      const phone = await phoneOf(ctx, id);
      if (phone === undefined) return;
      const { browser } = phone.login;
      const taken = await withinASecond(() => scans.take(phone.scanId, id, browser));
      // Scanned twice by this very phone.
      const isOwn = taken.verb === 'taken' && taken.login !== '';
      if (isOwn) return redirect(ctx, 303, `/logins/${taken.login}/scan`);
      await show(ctx, phone, taken.verb);
    },

    /** POST /logins/{id}/scan, by the form of this page. */
    async decide(ctx: Context, id: string): Promise<void> {
      const { decision } = checkInput(form, ctx.request.body);
      const phone = await phoneOf(ctx, id);
      if (phone === undefined) return;
      const { login, scanId, identified } = phone;
      const scan = await withinASecond(() => scans.read(scanId));
      if (scan === undefined) return show(ctx, phone, 'gone');
      const word = { decision, isKnown: decision === 'allow' && (await isKnown(scan, phone)), identified };
      const said = await withinASecond(() =>
        scans.decide(scan, { loginId: id, browser: login.browser }, word),
      );
      if (said.verb === 'denied' && said.isNew) deps.onDenied(login.entId);
      await show(ctx, phone, said.verb, said.digits);
    },
  };
}
