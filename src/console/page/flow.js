import { html, useMemo, useRef, useState } from '/page/preact.js';
import { FILTERS, filtered, USUAL } from './filters.js';
import { listKeys } from './keys.js';
import { go, toHash } from './route.js';
import { Row } from './row.js';

/** How many rows are shown at first. The others follow on a click, because rendering all of a busy stack would block the page. */
const PAGE = 100;

/** One row per change, the newest on top. */
export function Flow({ rows, route, clearedAt, onShowCleared, now }) {
  const list = useRef();
  const search = useRef();
  const [wanted, setWanted] = useState(PAGE);
  const { shown, own, cleared, samples } = useMemo(
    () => filtered(rows, route, clearedAt),
    [rows, route.show, route.find, route.task, route.samples, clearedAt],
  );
  const twins = useMemo(() => twinsOf(rows), [rows]);
  const painted = shown.slice(0, wanted);
  const current = currentOf(painted, route);
  return html`<section class="flow" aria-labelledby="flow-title">
    <div class="flow-head">
      <h2 id="flow-title">Changes</h2>
      <div class="filters" role="group" aria-label="Which changes are shown">
        ${buttonsFor(route.show).map((show) => html`<${Filter} show=${show} rows=${own} route=${route} />`)}
      </div>
      <input
        ref=${search}
        type="search"
        aria-label="Find an id, task, name or state"
        placeholder="find …"
        value=${route.find}
        onInput=${({ target }) => go({ ...route, find: target.value }, true)}
      />
    </div>
    <${Chips} route=${route} cleared=${cleared} samples=${samples} onShowCleared=${onShowCleared} />
    <div class="rows" ref=${list} onKeyDown=${listKeys(list, search)}>
      ${painted.length > 0 ? html`<${Table} rows=${painted} ...${{ current, twins, route, now }} />` : html`<${Nothing} own=${own} />`}
      ${
        shown.length > painted.length &&
        html`<p class="more">
          <button type="button" onClick=${() => setWanted(Infinity)}>Show ${shown.length - painted.length} older</button>
        </p>`
      }
    </div>
  </section>`;
}

const buttonsFor = (show) => (USUAL.includes(show) || !FILTERS[show] ? USUAL : [...USUAL, show]);

function Table({ rows, current, twins, route, now }) {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Time</th>
        <th scope="col">Change</th>
        <th scope="col" class="wide">Operation</th>
        <th scope="col">State</th>
        <th scope="col" class="wide number">Calls</th>
        <th scope="col" class="wide number">Took</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map((row) => {
        const isCurrent = row === current;
        const href = toHash({ ...route, ref: row.ref, key: twins.has(row.key) ? row.key : undefined });
        // Only a row that waits for a retry uses the clock, so that the others are not rendered each second.
        const clock = row.next === undefined ? 0 : now;
        return html`<${Row} key=${row.key} ...${{ row, isCurrent, href, clock }} isFirst=${row === rows[0]} />`;
      })}
    </tbody>
  </table>`;
}

function Filter({ show, rows, route }) {
  const { title, fits } = FILTERS[show];
  const isOn = route.show === show;
  const count = rows.filter(fits).length;
  return html`<button type="button" aria-pressed=${isOn} onClick=${() => go({ ...route, show })}>
    ${title} <span class="quiet">${count}</span>
  </button>`;
}

/** What is hidden, with buttons to show it. */
function Chips({ route, cleared, samples, onShowCleared }) {
  return html`<p class="chips">
    ${
      route.task &&
      html`<button type="button" onClick=${() => go({ ...route, task: undefined })}>
        task ${route.task} <span aria-hidden="true">×</span><span class="away">: show all tasks</span>
      </button>`
    }
    ${
      (samples > 0 || route.samples) &&
      html`<button type="button" onClick=${() => go({ ...route, samples: !route.samples })}>
        ${route.samples ? 'Hide the start-up samples' : `${samples} start-up samples hidden · Show`}
      </button>`
    }
    ${cleared > 0 && html`<button type="button" onClick=${onShowCleared}>${cleared} cleared from view · Show</button>`}
  </p>`;
}

function Nothing({ own }) {
  const text =
    own.length === 0
      ? 'Nothing was sent yet. Run a scenario, or send a change of your own.'
      : 'No change matches the filter.';
  return html`<p class="nothing">${text}</p>`;
}

/** Changes with the same id as a newer one. Their address needs the key too. */
function twinsOf(rows) {
  const newest = new Set();
  const twins = rows.filter(({ ref }) => newest.has(ref) || !newest.add(ref));
  return new Set(twins.map(({ key }) => key));
}

const currentOf = (rows, { ref, key }) =>
  ref === undefined ? undefined : rows.find((row) => (key === undefined ? row.ref === ref : row.key === key));
