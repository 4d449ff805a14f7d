import type { Seen, Standing } from '#ingress/operate/troubles/trouble.ts';
import { errcodes } from '#wechat/errcodes.ts';

/** What WeChat said that is nobody's fault, or the person's, is told by other conditions, or not at all. */
export function isOfAccount(said: string, endpoint = ''): boolean {
  const errcode = Number(said);
  if (!Number.isInteger(errcode)) return true;
  // wechat: at the trade of a code it is the AppSecret that is wrong, elsewhere a person's token.
  if (errcode === 40_001 && endpoint === 'token') return true;
  const known = errcodes.get(errcode);
  if (known === undefined) return true;
  if (known.isCodeRefused === true || known.remedy === 'refused') return false;
  return known.remedy !== 'reauthorize' && known.remedy !== 'refresh';
}

/** WeChat, or the way to it, is away in many words: one trouble, which the workers' leaving the account alone belongs to. */
const awayWords: ReadonlySet<string> = new Set([
  '-1',
  'timeout',
  'network',
  'http',
  'malformed',
  'unreachable',
]);

export const troubleName = (said: string): string => (awayWords.has(said) ? 'unreachable' : said);

export const saidBy = ({ state, cause }: Standing): string => (cause === '' ? state : cause);

export const troubleOfStanding = (standing: Standing): string | undefined =>
  standing.state === 'open' ? undefined : troubleName(saidBy(standing));

/** Logins that stand in the line of an account. */
export const inLine = ({ standings }: Seen, appid: string): number =>
  standings.find((one) => one.appid === appid)?.waiting ?? 0;
