/** Calls a second of a slice, at most. Only codes that WeChat refuses cost it anything. */
const mostPerSecond = { enterprise: 1, client: 1 / 2 };
const mostPart = 1 / 20;

/** In place of a client's name: the clients of an enterprise who bring made-up codes and have no slice of their own. */
export const otherClients = '*';
/** And all whose address is not known: who hangs up before we look, and the jobs of release 0.1.0. */
export const unknownClient = '-';

/**
 * A small part of an account, for whoever brings made-up codes: an account within the account, with a budget and a line under
 * this name. Of an enterprise, or of one client of it.
 */
export const sliceName = (appid: string, entId: string, client = ''): string =>
  client === '' ? `${appid}/${entId}` : `${appid}/${entId}/${client}`;

type Caller = { readonly appid: string; readonly entId: string; readonly client?: string | undefined };

/** Every line that a job may stand in. */
export const linesOf = ({ appid, entId, client }: Caller): string[] => [
  appid,
  ...['', client || unknownClient, otherClients].map((name) => sliceName(appid, entId, name)),
];

/** Those slices in which whoever begins a login is to wait, where they have a line: the narrowest first. */
export const slicesOf = ({ appid, entId, client }: Caller): string[] =>
  [client || unknownClient, ''].map((name) => sliceName(appid, entId, name));

/** The account that a name of an account or of a slice belongs to. */
export const accountOf = (name: string): string => name.split('/', 1)[0] ?? '';

export const isSlice = (name: string): boolean => name.includes('/');

/** Of one client, or of several that bring made-up codes. */
export const isSliceOfClient = (name: string): boolean => name.split('/').length > 2;

/** Calls a second of an account, or of a slice of it, where WeChat sets no lower limit. */
export function fullRateOf(name: string, callsPerSecond: number): number {
  const parts = name.split('/').length;
  if (parts === 1) return callsPerSecond;
  return Math.min(parts === 2 ? mostPerSecond.enterprise : mostPerSecond.client, callsPerSecond * mostPart);
}
