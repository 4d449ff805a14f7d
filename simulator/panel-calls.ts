import type { Call } from './call-log.ts';
import { type Html, html } from './html.ts';
import type { PanelWords } from './panel-words.ts';

export const callStyle = `
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .9rem } .bad { color: var(--red) }
th, td { padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; overflow-wrap: normal }
th { font-weight: 600 } th:last-child, td:last-child { padding-right: 0; text-align: right; font-variant-numeric: tabular-nums }`;

/** Enough to tell two codes apart, of no use to whoever reads it. */
const beginning = (code: string | null) => (code ? `${code.slice(0, 5)}…` : '');
const timeOf = (call: Call) => new Date(call.time).toTimeString().slice(0, 8);

/** What was answered: an errcode, the page's or the callback's status; and the fault behind it. */
function answerOf({ errcode, fault, status, endpoint }: Call): string {
  const answer = errcode ?? (endpoint === 'callback' ? status : null);
  return [answer, fault].filter((part) => part !== null).join(' · ');
}

function rowOf(call: Call, words: PanelWords): Html {
  const { endpoint, appid, person, answeredAt, errcode, fault } = call;
  const ms = answeredAt === null ? words.unanswered : answeredAt - call.time;
  return html`<tr><td>${timeOf(call)}</td><td>${endpoint}</td><td>${appid ?? ''}</td><td><bdi>${person?.toWellFormed() ?? ''}</bdi></td>
<td>${beginning(call.code)}</td><td class="${fault || errcode ? 'bad' : ''}">${answerOf(call)}</td><td>${ms}</td></tr>`;
}

/** The latest calls, newest first. */
export function callSection(calls: readonly Call[], words: PanelWords): Html {
  const { columns } = words;
  const head = Object.values(columns).map((name) => html`<th scope="col">${name}</th>`);
  const rows = calls.map((call) => rowOf(call, words));
  const none = html`<tr><td colspan="7">${words.noCalls}</td></tr>`;
  return html`<section class="wide" id="calls"><h2 id="calls-title">${words.calls}</h2><p>${words.callsAbout}</p>
<div class="scroll" role="region" aria-labelledby="calls-title" tabindex="0"><table><thead><tr>${head}</tr></thead>
<tbody id="rows" data-live>${rows.length > 0 ? rows : none}</tbody></table></div></section>`;
}
