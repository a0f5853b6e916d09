import { html } from '/page/preact.js';

/** A text with its title, or a word on why there is none. */
export function Pane({ title, text, none }) {
  return html`<section class="pane">
    <h3>${title}</h3>
    ${text ? html`<pre tabindex="0" aria-label=${title}>${text}</pre>` : html`<p class="nothing">${none}</p>`}
  </section>`;
}

/** What the ledger says, as names and values. */
export function Ledger({ lines }) {
  return html`<section class="pane">
    <h3>Ledger</h3>
    ${lines.length === 0 && html`<p class="nothing">no row</p>`}
    <dl>
      ${lines.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>
  </section>`;
}

/** A result, indented. */
export function pretty(text) {
  // Digits beyond a double's stay as they are only in the text itself.
  return /\d{16}/.test(text) ? text : JSON.stringify(JSON.parse(text), undefined, 2);
}
