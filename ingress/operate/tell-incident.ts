import type { Language } from '#ingress/browser/pages/language.ts';
import type { ConditionName } from '#ingress/operate/conditions.ts';
import { severityOf } from '#ingress/operate/incident-course.ts';
import { conditionWords, noticeWords, type Told } from '#ingress/operate/words/condition-words.ts';
import { errcodeWords, withAddresses } from '#ingress/operate/words/errcode-words.ts';
import type { IncidentDocument } from '#models/documents/incident.ts';

/** An incident as GET /operate/live tells it. */
export type IncidentAnswer = ReturnType<typeof tellIncident>;

export function wordsOf({ condition, cause }: { condition: string; cause: string }, lang: Language): Told {
  if (condition === 'wechat-call-fails') {
    const { means, do: remedy } = errcodeWords(lang, cause);
    return { what: lang === 'en' ? `${means} (${cause})` : `${means}（${cause}）`, do: remedy };
  }
  return conditionWords[lang][condition as ConditionName];
}

/** What there is to do; of what is not sure, that comes first. */
function toldOf(incident: IncidentDocument, lang: Language): Told {
  const told = wordsOf(incident, lang);
  const { addresses = [] } = incident;
  if (addresses.length > 0) return { ...told, do: withAddresses(told.do, addresses, lang) };
  const first = severityOf(incident) === 'notice' && noticeWords[lang][incident.condition as ConditionName];
  if (!first) return told;
  // A call that came right leaves nothing to do.
  const isOver = incident.condition === 'wechat-call-fails';
  return { ...told, do: isOver ? first : `${first}${lang === 'en' ? ' ' : ''}${told.do}` };
}

export function tellIncident(incident: IncidentDocument, lang: Language) {
  const { _id, key, condition, appid, entIds, errcode, cause, addresses, since, until, people } = incident;
  return {
    id: _id,
    key,
    condition,
    severity: severityOf(incident),
    ...(appid && { appid }),
    ent_ids: entIds,
    ...(errcode !== undefined && errcode !== null && { errcode }),
    cause,
    ...(addresses && addresses.length > 0 && { addresses }),
    since: since.toISOString(),
    ...(until && { until: until.toISOString() }),
    people,
    ...toldOf(incident, lang),
    ...(incident.acknowledgedBy && { acknowledged_by: incident.acknowledgedBy }),
  };
}
