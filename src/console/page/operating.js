import { html, useState } from '/page/preact.js';
import { post } from './requests.js';
import { pluralize } from './words.js';

/** A dead letter: what a replay would do, and a button for it. A replay out of order asks for confirmation. */
export function Dead({ story: { dead, row }, onMessage }) {
  const [newer, setNewer] = useState();
  const replay = async (outOfOrder) => {
    const reply = await post('replay', { key: row.key, outOfOrder });
    if (reply.newer) return setNewer(reply.newer);
    setNewer(undefined);
    onMessage(reply.replayed ? 'Put back into its queue.' : 'It was left where it is.');
  };
  return html`<div class="verdict bad">
    <p class="verdict-title"><span aria-hidden="true">✗</span> A dead letter, received ${pluralize(dead.receives, 'time')}</p>
    <p>A replay would ${dead.forecast ?? 'do something unknown: the ledger does not answer'}.</p>
    ${
      newer
        ? html`<${Confirm} newer=${newer} onYes=${() => replay(true)} onNo=${() => setNewer(undefined)} />`
        : html`<p><button type="button" disabled=${!dead.helps} onClick=${() => replay(false)}>Replay</button></p>`
    }
  </div>`;
}

function Confirm({ newer, onYes, onNo }) {
  const which = newer.length > 0 ? newer.join(', ') : 'changes that are no longer listed here';
  return html`<div role="group" aria-label="Replay out of order?">
    <p>Changes that were sent for this task since: <b>${which}</b>. The replayed change would overwrite them.</p>
    <p class="choices">
      <button type="button" onClick=${onYes}>Replay out of order</button>
      <button type="button" onClick=${onNo}>Do not replay</button>
    </p>
  </div>`;
}

/** An unknown outcome: the operator looks at the task and enters what became of the change. */
export function Resolve({ story: { row, copies }, onMessage }) {
  const [reason, setReason] = useState('');
  const resolve = async (as) => {
    const reply = await post('resolve', { key: row.key, as, reason });
    onMessage(reply.error ?? `Resolved as ${as}.`);
  };
  const isMute = reason.trim() === '';
  return html`<form class="verdict doubt" onSubmit=${(event) => event.preventDefault()}>
    <p class="verdict-title"><span aria-hidden="true">?</span> Somebody has to check the task</p>
    <p>Check the task in the provider’s console, then record what you found. Only one answer is stored. It is published as an event of its own.</p>
    <p><label class="reason"><span>How you know</span> <input type="text" maxlength="1000" value=${reason} onInput=${({ target }) => setReason(target.value)} /></label></p>
    <p class="choices">
      <button type="button" disabled=${isMute} onClick=${() => resolve('applied')}>It was applied</button>
      <button type="button" disabled=${isMute} onClick=${() => resolve('not-applied')}>It was not applied</button>
    </p>
    <p class="quiet">In a terminal: <code>${copies.resolve}</code></p>
  </form>`;
}
