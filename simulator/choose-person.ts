import { type Html, html } from './html.ts';
import type { Person } from './people.ts';

export const choiceStyle = `
fieldset { border: 0; margin: 0; padding: 0; display: grid } legend { padding: 0 0 .4rem }
label { display: flex; align-items: center; gap: .75rem; padding: .55rem 0; border-bottom: 1px solid var(--line); cursor: pointer } fieldset label:last-child { border: 0 }
label img, label i { width: 2.4rem; height: 2.4rem; border-radius: .35rem; background: var(--line); flex: none }
label b { flex: 1; font-weight: 500; overflow: hidden; text-overflow: ellipsis; } input[type=radio] { accent-color: var(--green); width: 1.15rem; height: 1.15rem }
input[type=text], input[type=url] { flex: 1; min-width: 0; font: inherit; padding: .35rem .6rem; border: 1px solid var(--line); border-radius: .35rem; background: none; color: inherit }`;

const bilingual = { who: '你是谁 · Who are you?', other: '其他 · anybody else' };

/** The fields `person` and `other` of a form: who one is. */
export function choosePerson(choices: readonly Person[], chosen: string, words = bilingual): Html {
  const rows = choices.map(
    ({
      id,
      nickname,
      headimgurl,
    }) => html`<label>${headimgurl ? html`<img src="${headimgurl}" alt="">` : html`<i></i>`}
<b><bdi>${nickname.toWellFormed()}</bdi><small>${id}</small></b><input type="radio" name="person" value="${id}" ${id === chosen ? 'checked' : ''}></label>`,
  );
  return html`<fieldset><legend class="soft">${words.who}</legend>${rows}
<label><input type="text" name="other" maxlength="64" aria-label="${words.other}" placeholder="${words.other}" autocomplete="off"></label></fieldset>`;
}
