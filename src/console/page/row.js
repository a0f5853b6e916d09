import { Component, html } from '/page/preact.js';
import { clockTime, isoTime, pluralize, toneOf, until } from './words.js';

/** One change. It is rendered again only when something about it has changed. */
export class Row extends Component {
  shouldComponentUpdate(next) {
    return Object.keys(next).some((name) => next[name] !== this.props[name]);
  }

  render({ row, isCurrent, isFirst, href, clock }) {
    const { at, ref, name, state, sign, calls, took } = row;
    const detail = detailOf(row, clock);
    return html`<tr class=${isCurrent ? 'current' : ''}>
      <td class="time"><time datetime=${isoTime(at)} title=${isoTime(at)}>${clockTime(at)}</time></td>
      <td class="change">
        <a href=${href} onClick=${markKey} aria-current=${isCurrent ? 'true' : undefined} tabindex=${isCurrent || isFirst ? 0 : -1} title=${ref}>${ref}</a>
        <span class="narrow quiet">${name}</span>
      </td>
      <td class="wide">${name}</td>
      <td class="state ${toneOf(state)}">
        <span aria-hidden="true" class="sign">${sign}</span> ${state}${detail && html` <span class="quiet">${detail}</span>`}
        <span class="narrow quiet">${[calls !== undefined && pluralize(calls, 'call'), took].filter(Boolean).join(' · ')}</span>
      </td>
      <td class="wide number">${calls ?? ''}</td>
      <td class="wide number">${took ?? ''}</td>
    </tr>`;
  }
}

/** A click without a pointer is the Enter key. */
function markKey({ detail, currentTarget }) {
  if (detail === 0) currentTarget.dataset.opened = 'by key';
}

function detailOf({ next, state, dead, agrees, resolved }, now) {
  if (resolved) return `→ ${resolved}`;
  if (agrees === false) return 'does not match the provider';
  if (dead && state !== 'dead') return 'dead letter';
  return next !== undefined && (state === 'waiting' || state === 'reading back') ? until(next, now) : '';
}
