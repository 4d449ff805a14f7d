import { presetNames, presetOf } from './fault-presets.ts';
import type { Fault } from './fault-schema.ts';
import { type Html, html } from './html.ts';
import type { PanelWords } from './panel-words.ts';

export const faultStyle = `
.often { display: flex; flex-wrap: wrap; gap: .6rem 1.2rem } .often label { padding: 0; border: 0; min-width: 0; flex-wrap: wrap; gap: .2rem .6rem } .often select { max-width: 11.5rem }
#break form { display: grid; gap: .8rem; grid-template-columns: minmax(0, 1fr) } #active { display: grid; gap: .8rem; justify-items: start } #active ul { width: 100% }
#active form:first-child { width: 100% } #active small { display: block }
.faults { display: grid; gap: .6rem; grid-template-columns: repeat(auto-fill, minmax(min(11rem, 100%), 1fr)) }
.faults button { display: grid; align-content: start; text-align: left } .faults b { display: block } .faults small { color: var(--soft) }
[aria-pressed=true] { border-color: var(--red); box-shadow: inset 0 0 0 1px var(--red) } [aria-pressed=true] b { color: var(--red) }`;

/** The fault in words: by its button, or what it was made of. */
function nameOf(fault: Fault, words: PanelWords): string {
  const preset = presetOf(fault);
  if (preset) return words.presets[preset].join(' · ');
  const more = fault.kind === 'error' ? [fault.errcode] : [];
  const endpoint = 'endpoint' in fault ? fault.endpoint : undefined;
  return [fault.kind, ...more, endpoint].filter((part) => part !== undefined).join(' · ');
}

function howLong({ count, applied }: Fault, words: PanelWords): string {
  return count === undefined ? words.untilCleared : words.left(count - applied);
}

function activeFaults(faults: readonly Fault[], words: PanelWords): Html {
  if (faults.length === 0) return html`<p>${words.nothingActive}</p>`;
  const rows = faults.map(
    (fault) => html`<li class="row"><span>${nameOf(fault, words)}
<small>${[fault.appid ?? words.everyAccount, words.struck(fault.applied), howLong(fault, words)].join(' · ')}</small></span>
<button name="remove" value="${fault.id}" aria-label="${words.turnOff}: ${nameOf(fault, words)}">${words.turnOff}</button></li>`,
  );
  return html`<form method="post" action="/panel/faults"><ul>${rows}</ul></form>
<form method="post" action="/panel/faults"><button id="clear" name="clear" value="all">${words.clearAll}</button></form>`;
}

/** Buttons that break WeChat and mend it, and what is broken now. */
export function faultSection(options: {
  faults: readonly Fault[];
  accounts: readonly { appid: string; name: string }[];
  words: PanelWords;
}): Html {
  const { faults, accounts, words } = options;
  const active = new Set(faults.map(presetOf));
  const buttons = presetNames.map((name) => {
    const [label, what] = words.presets[name];
    const isOn = active.has(name);
    return html`<button name="${isOn ? 'off' : 'on'}" value="${name}" aria-pressed="${String(isOn)}"><b>${label}</b><small>${what}</small></button>`;
  });
  const often = words.often.map(([count, text]) => html`<option value="${count}">${text}</option>`);
  const whose = accounts.map(({ appid, name }) => html`<option value="${appid}">${name} · ${appid}</option>`);
  return html`<section id="break"><h2>${words.faults}</h2><p>${words.faultsAbout}</p>
<form method="post" action="/panel/faults"><div class="often"><label>${words.howOften} <select name="count">${often}</select></label>
${accounts.length > 1 ? html`<label>${words.ofAccount} <select name="appid"><option value="">${words.everyAccount}</option>${whose}</select></label>` : ''}</div>
<div class="faults" id="buttons" data-live>${buttons}</div></form>
<h3>${words.active}</h3><div id="active" data-live>${activeFaults(faults, words)}</div></section>`;
}
