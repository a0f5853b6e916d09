import { html } from '/page/preact.js';

/** Buttons that copy texts. Nothing in them is secret. */
export function Copies({ story, onMessage }) {
  const { result, event, copies } = story;
  const things = {
    change: event,
    result,
    curl: copies.curl,
    'relay command': copies.command,
    link: location.href,
  };
  const copy = async (name, text) => {
    await navigator.clipboard.writeText(text).catch(() => undefined);
    onMessage(`Copied: ${name}`);
  };
  return html`<p class="copies">
    <span class="label">Copy</span>
    ${Object.entries(things).map(
      ([name, text]) => text && html`<button type="button" onClick=${() => copy(name, text)}>${name}</button>`,
    )}
  </p>`;
}
