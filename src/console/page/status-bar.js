import { html } from '/page/preact.js';
import { toHash } from './route.js';

const CONNECTIONS = {
  connecting: ['…', 'connecting'],
  live: ['●', 'live'],
  asking: ['●', 'polling every second: four other pages are open'],
  reconnecting: ['…', 'reconnecting'],
  stopped: ['✗', 'stopped: npm start starts it again'],
};

/** The stack that runs, four counts with links to their rows, and the simulated failures. */
export function StatusBar({ live, paused, newer, actions, onKeys }) {
  const { stack, counts = {}, faults = [] } = live.status ?? {};
  return html`<header class="bar">
    <div class="bar-line">
      <h1>migration relay</h1>
      <p class="stack">${stack ? `${stack.stage} · SMS revision ${stack.revision} · v${stack.version}` : ''}</p>
      <nav class="counts" aria-label="Numbers of changes, with links to them">
        <${Count} name="queued" show="queued" count=${counts.queued} />
        <${Count} name="retrying" show="retrying" count=${counts.retrying} tone="doubt" />
        <${Count} name="dead" show="dead" count=${counts.dead} tone="bad" />
        <${Count} name="mismatches" show="disagreeing" count=${counts.disagreements} tone="bad" />
      </nav>
      <${Connection} live=${live} />
      <div class="bar-actions">
        <button type="button" aria-pressed=${paused} onClick=${actions.pause}>
          ${paused ? `Go on${newer > 0 ? ` · ${newer} newer` : ''}` : 'Pause'}
        </button>
        <button type="button" onClick=${actions.clear} title="Hides the rows; nothing is deleted">Clear view</button>
        <button type="button" class="round" onClick=${onKeys} aria-label="Keys" title="Keys">?</button>
      </div>
    </div>
    ${live.restarted && html`<p class="notice">The stack was restarted; the list is new.</p>`}
    ${faults.length > 0 && html`<${ActiveFaults} faults=${faults} onClear=${actions.clearFaults} timeScale=${stack?.timeScale} />`}
  </header>`;
}

function Connection({ live }) {
  const [sign, text] = CONNECTIONS[live.connection] ?? CONNECTIONS.connecting;
  return html`<p class="connection ${live.connection}"><span aria-hidden="true">${sign}</span> ${text}</p>`;
}

function Count({ name, show, count = 0, tone = 'moving' }) {
  return html`<a href=${toHash({ show, samples: true })} class=${count > 0 ? `count ${tone}` : 'count'}>
    ${name} <b>${count}</b>
  </a>`;
}

function ActiveFaults({ faults, onClear }) {
  return html`<div class="faults">
    <p><span aria-hidden="true" class="faults-sign">!</span> Simulated faults:</p>
    <ul>
      ${faults.map(
        ({ title, left, task, counts }) => html`<li>
          ${title} <em>${reachOf(left, task, counts)}</em>
        </li>`,
      )}
    </ul>
    <button type="button" onClick=${onClear}>Switch all off</button>
  </div>`;
}

function reachOf(left, task, counts) {
  if (counts === 'seconds' && left !== null) return `for another ${left} s`;
  const times = { null: 'until switched off', 1: 'once more' }[left] ?? `${left} more times`;
  return task ? `${times}, for one task` : times;
}
