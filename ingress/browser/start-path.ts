import { z } from 'zod';
import { idInGoal } from '#models/login/goal.ts';
import type { LoginWish } from '#models/login/record.ts';

type Wished = { readonly [name in Exclude<keyof LoginWish, 'goal'>]?: string | undefined };

/** The link that begins a login, with all that a link said before; '' and undefined are left out. */
export function startPath({
  entId,
  target,
  lang,
  hostState,
  challenge,
  goal,
}: { readonly entId: string } & Wished & Pick<LoginWish, 'goal'>): string {
  // What the client asked for is kept with the interaction.
  const interaction = idInGoal(goal, 'oidc');
  if (interaction !== undefined) return `/oidc/interaction/${interaction}`;
  // The computer shows the next QR code: no address that a phone kept scans it.
  if (idInGoal(goal, 'scan') !== undefined) return '/q/again';
  const query = new URLSearchParams({ ent_id: entId });
  if (target) query.append('target', target);
  if (lang) query.append('lang', lang);
  if (hostState) query.append('state', hostState);
  if (challenge) {
    query.append('code_challenge', challenge);
    query.append('code_challenge_method', 'S256');
  }
  return `/wechatTransfer?${query}`;
}

/** What the links of our own pages add to such a path; anything else in these two is refused. */
export const ofOurPages = {
  /** A login without WeChat's browser. */
  browser: z.literal('any').optional(),
  /** A page of this very link led here. */
  again: z.literal('1').optional(),
};

/** On from a page that such a path showed, in the same browser: `again` says that whoever goes there has been counted. */
export const pathAgain = (path: string): string => `${path}${path.includes('?') ? '&' : '?'}again=1`;

/** The same, without WeChat. */
export const pathInAnyBrowser = (path: string): string => `${pathAgain(path)}&browser=any`;
