import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Count } from '#models/counts/tally.ts';
import type { HistoryWriter } from '#models/documents/history-writer.ts';
import type { LoginHistoryDocument } from '#models/documents/login-history.ts';
import type { LoginRecord, LoginRecords, RefusedLogin } from '#models/login/record.ts';

const mostRemembered = 10_000;

export type LoginEndLog = ReturnType<typeof createLoginEndLog>;

/**
 * The log line and the history of a login that no worker ends: the person refused, or its time ran out before a worker took it. One for
 * each end, whichever ingress tells it and however often its page asks.
 */
export function createLoginEndLog(deps: {
  records: Pick<LoginRecords, 'noteExpired'>;
  history: Pick<HistoryWriter, 'write'>;
  count: Count;
  log: Logger;
}) {
  const { records, history, count, log } = deps;
  const noted = new LRUCache<string, true>({ max: mostRemembered });

  function tell(login: string, entry: LoginHistoryDocument): void {
    const { _id, at, begunAt, ...told } = entry;
    log.info({ login, ...told }, 'login');
    history.write(entry);
  }

  async function note(login: LoginRecord): Promise<void> {
    if (!(await records.noteExpired(login.id, login.codes))) return;
    const { id, entId, appid, codes, rounds, now, begunAt, recordedAt } = login;
    const end =
      codes === 0
        ? ({ outcome: 'failed', reason: 'expired' } as const)
        : ({ outcome: 'reauthorize', cause: 'code-expired' } as const);
    count(login, codes === 0 ? 'failed:expired' : 'again:expired');
    tell(id, {
      _id: `${id}:${codes}`,
      entId,
      appid,
      ...end,
      ...(rounds > 0 && { rounds }),
      begunAt: new Date(begunAt),
      timings: { total: now - (recordedAt ?? begunAt) },
      at: new Date(now),
    });
  }

  return {
    refused(login: string, { entId, appid, begunAt }: RefusedLogin): void {
      const at = new Date();
      tell(login, {
        _id: `${login}:0`,
        entId,
        appid,
        outcome: 'failed',
        reason: 'refused',
        begunAt: new Date(begunAt),
        timings: { total: Math.max(0, at.getTime() - begunAt) },
        at,
      });
    },
    /** Its page is told that the time is over. */
    expired(login: LoginRecord): void {
      const name = `${login.id} ${login.codes}`;
      if (noted.has(name)) return;
      noted.set(name, true);
      note(login).catch((error) => {
        noted.delete(name);
        log.warn({ err: error, login: login.id }, 'end of a login not noted');
      });
    },
  };
}
