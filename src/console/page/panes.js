import { html } from '/page/preact.js';

/** A text with its title, or the reason why there is none. */
export function Pane({ title, text, none }) {
  return html`<section class="pane">
    <h3>${title}</h3>
    ${text ? html`<pre tabindex="0" aria-label=${title}>${text}</pre>` : html`<p class="nothing">${none}</p>`}
  </section>`;
}

/** The ledger's rows as names and values. */
export function Ledger({ lines }) {
  return html`<section class="pane">
    <h3>Ledger</h3>
    ${lines.length === 0 && html`<p class="nothing">no row</p>`}
    <dl>
      ${lines.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
    </dl>
  </section>`;
}

/** The text of a result, indented. */
export function pretty(text) {
  // Numbers with more digits than a double holds would change, so such a text stays as it is.
  return /\d{16}/.test(text) ? text : JSON.stringify(JSON.parse(text), undefined, 2);
}
