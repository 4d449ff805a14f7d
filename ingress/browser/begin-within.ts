import type { Context } from 'koa';
import { z } from 'zod';
import { countOpened } from '#ingress/browser/count-opened.ts';
import type { LeadToWeChat } from '#ingress/browser/lead-to-wechat.ts';
import { isPhone, type OutsideWeChat } from '#ingress/browser/outside-wechat.ts';
import type { Language } from '#ingress/browser/pages/language.ts';
import type { StartGate } from '#ingress/browser/start-gate.ts';
import type { OpenScan } from '#ingress/browser/start-login.ts';
import { ofOurPages } from '#ingress/browser/start-path.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { isWeChat } from '#ingress/http/is-wechat.ts';
import type { Count } from '#models/counts/tally.ts';
import type { EnterpriseDocument } from '#models/documents/enterprise.ts';
import type { Goal } from '#models/login/goal.ts';

const query = z.object(ofOurPages);

/** Begins a login that is to come back to another door (goal.ts), by the same way as one that a link begins. */
export function createBeginWithin(deps: {
  outsideWeChat: OutsideWeChat;
  leadToWeChat: LeadToWeChat;
  openScan: OpenScan;
  startInTurn: StartGate;
  count: Count;
}) {
  const { outsideWeChat, leadToWeChat, openScan, startInTurn, count } = deps;

  return function beginWithin(
    ctx: Context,
    enterprise: EnterpriseDocument,
    { lang, goal, here }: { lang: Language; goal: Goal; here: string },
  ): Promise<void> {
    return startInTurn(ctx, () => {
      const given = checkInput(query, ctx.query);
      const isElsewhere = given.browser === undefined && !isWeChat(ctx);
      if (given.again === undefined) countOpened(count, enterprise, { isElsewhere });
      if (isElsewhere && !isPhone(ctx)) return openScan(ctx, enterprise, { lang, target: '', goal });
      if (isElsewhere) return outsideWeChat(ctx, enterprise, { lang, target: '', here });
      return leadToWeChat(ctx, enterprise, { target: '', lang, goal });
    });
  };
}
