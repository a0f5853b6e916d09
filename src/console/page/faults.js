import { html, useState } from '/page/preact.js';
import { post } from './requests.js';

const SIDES = { provider: 'The provider', platform: 'Below the relay' };
const TIMES = [1, 2, 3, 5];

/** Simulates faults, and shows beforehand what the relay is expected to do. */
export function Faults({ switches, task, onMessage }) {
  const [name, setName] = useState(switches[0]?.name);
  const [times, setTimes] = useState('1');
  const [isOneTask, setOneTask] = useState(false);
  const chosen = switches.find((one) => one.name === name);
  const isForOne = task !== undefined && chosen?.side === 'provider' && chosen.counts === undefined;
  const isForTask = isOneTask && isForOne;
  const apply = async (event) => {
    event.preventDefault();
    const scope = { ...(times !== 'on' && { times: Number(times) }), ...(isForTask && { task }) };
    const reply = await post('set-fault', { name, ...scope });
    onMessage(reply.error ?? `Set: ${chosen.title}`);
  };
  return html`<form class="faults-form" aria-labelledby="faults-form-title" onSubmit=${apply}>
    <div class="faults-form-head">
      <h2 id="faults-form-title">Simulate a fault</h2>
      <label class="sample"><span class="away">What goes wrong</span>
        <select value=${name} onChange=${({ target }) => setName(target.value)}>
          ${Object.entries(SIDES).map(
            ([side, title]) => html`<optgroup label=${title}>
              ${switches.filter((one) => one.side === side).map((one) => html`<option value=${one.name} selected=${one.name === name}>${one.title}</option>`)}
            </optgroup>`,
          )}
        </select>
      </label>
      <label><span class="away">How often</span>
        <select value=${times} onChange=${({ target }) => setTimes(target.value)}>
          ${TIMES.map((count) => html`<option value=${String(count)}>${howOften(count, chosen?.counts)}</option>`)}
          <option value="on">until switched off</option>
        </select>
      </label>
      <button type="submit">Apply</button>
    </div>
    <div class="faults-form-foot">
      <p class="expectation"><span class="label">expected</span> ${chosen?.expected}</p>
      <label><input type="checkbox" disabled=${!isForOne} checked=${isForTask} onChange=${() => setOneTask(!isOneTask)} /> this task only</label>
    </div>
  </form>`;
}

function howOften(count, counts) {
  if (counts === 'seconds') return `for ${count} s`;
  return count === 1 ? 'once' : `${count} times`;
}
