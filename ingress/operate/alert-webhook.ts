import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { severityOf } from '#ingress/operate/incident-course.ts';
import type { IncidentChange } from '#ingress/operate/incidents.ts';
import { tellIncident } from '#ingress/operate/tell-incident.ts';
import { createTryAgain } from '#operations/try-again.ts';

const answersWithinMs = 5_000;
/** Characters of an answer that are looked at. */
const mostRead = 1_024;
/** Of one incident. */
const atMostEachMs = 60_000;
const wecomRobot = 'qyapi.weixin.qq.com';

/**
 * Tells an address of the operator's that an incident began, got worse or is over: as JSON, and the robot of a WeCom group
 * (企业微信群机器人) in its own form (developer.work.weixin.qq.com, document/path/91770). The address may hold a key: it
 * is never written down. A notice is told to nobody.
 */
export function createAlertWebhook({ url, log }: { url: string; log: Logger }) {
  const toldOf = new LRUCache<string, true>({ max: 10_000, ttl: atMostEachMs });
  const patiently = createTryAgain(() => true, { firstPauseMs: 1_000, longestPauseMs: 5_000, maxRetries: 3 });
  const isWecom = new URL(url).hostname === wecomRobot;

  async function post(body: object): Promise<void> {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(answersWithinMs),
    });
    const text = (await answer.text()).slice(0, mostRead);
    if (!answer.ok) throw new Error(`the alert webhook answered ${answer.status}`);
    // A robot says no with a 200: a wrong key (93000), or too many messages of a minute (45009).
    if (isWecom && !/"errcode"\s*:\s*0\b/.test(text)) throw new Error('the robot takes no message');
  }

  return ({ what, incident }: IncidentChange): void => {
    if (severityOf(incident) === 'notice') return;
    const name = (one: IncidentChange['what']) => `${incident.key} ${one}`;
    if (toldOf.has(name(what))) return;
    toldOf.set(name(what), true);
    // Whoever was told one must be told what came of it: only the very same news is held back.
    const others = what === 'end' ? (['open', 'worse'] as const) : (['end'] as const);
    for (const other of others) toldOf.delete(name(other));
    const text = textOf({ what, incident });
    const body = isWecom
      ? { msgtype: 'text', text: { content: text } }
      : { event: what, text, incident: tellIncident(incident, 'en') };
    patiently(() => post(body)).catch((error: unknown) =>
      log.warn({ why: error instanceof Error ? error.name : 'unknown' }, 'alert not delivered'),
    );
  };
}

const heads = { open: '🔴 ', worse: '🔴 worse / 加重: ', end: '✅ over / 已恢复: ' } as const;

/** In both languages: a group has readers of either. */
function textOf({ what, incident }: IncidentChange): string {
  const [en, zh] = [tellIncident(incident, 'en'), tellIncident(incident, 'zh_CN')];
  const whom = [en.appid, ...en.ent_ids.slice(0, 5)].filter(Boolean).join(', ');
  return [
    `${heads[what]}${zh.what} / ${en.what}`,
    ...(whom === '' ? [] : [whom]),
    `${en.since}, ${en.people} 人 / people`,
    ...(what === 'end' ? [] : [zh.do, en.do]),
  ].join('\n');
}
