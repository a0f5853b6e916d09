import { html, useEffect, useRef } from '/page/preact.js';

const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

/** Keyboard shortcuts of the list. Single letters work only while it has the focus. */
export function listKeys(list, search) {
  const acts = {
    '/': () => search.current.focus(),
    '?': () => document.dispatchEvent(new Event('keys')),
  };
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    const act = step === undefined ? acts[event.key] : () => move(list.current, step);
    if (!act) return;
    event.preventDefault();
    act();
  };
}

function move(list, step) {
  const links = [...list.querySelectorAll('tbody a')];
  const at = links.indexOf(document.activeElement);
  links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
}

const KEYS = [
  ['Tab', 'to the list, the form and the buttons'],
  ['↑ ↓ or j k', 'step through the list, while it has the focus'],
  ['Enter', 'opens the change'],
  ['Esc', 'back to the list'],
  ['/', 'to the search, from the list'],
  ['Ctrl+Enter', 'sends, from the editor'],
  ['?', 'this list, from the list'],
];

/** The list of keyboard shortcuts, in a native dialog. */
export function Keys({ isOpen, onClose }) {
  const dialog = useRef();
  useEffect(() => {
    if (isOpen && !dialog.current.open) dialog.current.showModal();
  }, [isOpen]);
  return html`<dialog ref=${dialog} onClose=${onClose} aria-labelledby="keys-title">
    <h2 id="keys-title">Keys</h2>
    <dl>
      ${KEYS.map(
        ([keys, act]) => html`<div>
          <dt><kbd>${keys}</kbd></dt>
          <dd>${act}</dd>
        </div>`,
      )}
    </dl>
    <form method="dialog"><button>Close</button></form>
  </dialog>`;
}
