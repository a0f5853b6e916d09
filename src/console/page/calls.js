import { html } from '/page/preact.js';
import { clockTime, isoTime, pluralize, withShortIds } from './words.js';

/** Every call that the provider received for a change: request, reply, and what it changed. */
export function Calls({ calls }) {
  return html`<section class="calls" aria-labelledby="calls-title">
    <h3 id="calls-title">Calls <span class="quiet">as the provider saw them, secrets hidden</span></h3>
    ${calls.length === 0 && html`<p class="nothing">None.</p>`}
    <ol>
      ${calls.map((call) => html`<${Call} key=${call.request} call=${call} />`)}
    </ol>
  </section>`;
}

function Call({ call }) {
  const { at, method, path, status, code, body, reply, applied, hasFault, gone, moved, headers } = call;
  const marks = [
    hasFault && 'with a simulated fault',
    applied && 'applied',
    gone && 'the caller had disconnected before the reply',
  ]
    .filter(Boolean)
    .join(' · ');
  return html`<li>
    <p class="call-line">
      <time datetime=${isoTime(at)} title=${isoTime(at)}>${clockTime(at, true)}</time>
      <b>${method}</b> <code title=${path}>${withShortIds(path)}</code>
      <span class=${toneOf(status)}>→ ${status ?? 'no reply'} ${code ?? ''}</span>
      <span class="quiet">${marks}</span>
    </p>
    <div class="exchange">
      <${Text} title="Request" text=${`${headLines(headers)}${body ? `\n${body}` : ''}`} />
      <${Text} title="Reply" text=${reply} none=${status === undefined ? 'no reply came' : 'empty'} />
    </div>
    ${moved.length > 0 && html`<${Moved} moved=${moved} />`}
  </li>`;
}

function toneOf(status) {
  if (status === undefined) return 'doubt';
  return status < 300 ? 'good' : 'bad';
}

const headLines = (headers) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');

function Text({ title, text, none = 'empty' }) {
  return html`<div class="side">
    <h4>${title}</h4>
    ${text ? html`<pre tabindex="0" aria-label=${title}>${text}</pre>` : html`<p class="nothing">${none}</p>`}
  </div>`;
}

/** The task before and after. */
function Moved({ moved }) {
  return html`<table class="moved">
    <caption>Task: ${pluralize(moved.length, 'field')} changed</caption>
    <thead class="away">
      <tr><th scope="col">Field</th><th scope="col">before</th><th scope="col">after</th></tr>
    </thead>
    <tbody>
      ${moved.map(
        ({ path, before, after }) => html`<tr>
          <th scope="row">${path}</th>
          <td class="quiet">${before}</td>
          <td><span aria-hidden="true">→ </span>${after}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}
