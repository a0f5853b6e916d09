import { html, render, useEffect, useMemo, useRef, useState } from '/page/preact.js';
import { Faults } from './faults.js';
import { Flow } from './flow.js';
import { Keys } from './keys.js';
import { follow } from './live.js';
import { Message, useSummary } from './message.js';
import { get, post } from './requests.js';
import { go, readRoute } from './route.js';
import { Scenarios } from './scenarios.js';
import { Send } from './send.js';
import { StatusBar } from './status-bar.js';
import { Story, useStory } from './story.js';

const EMPTY = { rows: [], connection: 'connecting' };
const NO_MENU = { samples: [], switches: [], scenarios: [] };

function Page() {
  const live = useLive();
  const route = useRoute();
  const menu = useMenu();
  const now = useClock();
  const [frozen, setFrozen] = useState();
  const [clearedAt, setClearedAt] = useState(0);
  const [message, setMessage] = useState({ text: '', count: 0 });
  const [isHelp, setHelp] = useState(false);
  useEscape(route);
  useEffect(() => {
    const open = () => setHelp(true);
    document.addEventListener('keys', open);
    return () => document.removeEventListener('keys', open);
  }, []);

  const rows = frozen ?? live.rows;
  const row = useMemo(() => rowOf(live.rows, route), [live.rows, route.ref, route.key]);
  const runs = live.status?.scenarios ?? [];
  const run = row && runs.find(({ key }) => key === row.key);
  const story = useStory(route, row, run);
  const onMessage = (text) => setMessage(({ count }) => ({ text, count: count + 1 }));
  const actions = {
    pause: () => setFrozen(frozen ? undefined : live.rows),
    clear: () => {
      setClearedAt(live.rows[0]?.at ?? 0);
      onMessage('The view is cleared; nothing was deleted.');
    },
    clearFaults: async () => {
      const reply = await post('clear-faults', {});
      onMessage(reply.error ?? 'All faults are off.');
    },
  };
  const runTitle = run && menu.scenarios.find(({ name }) => name === run.scenario)?.title;
  return html`
    <a class="skip" href="#main">To the changes</a>
    <${StatusBar} live=${live} paused=${frozen !== undefined} newer=${newerThan(frozen, live.rows)} actions=${actions} onKeys=${() => setHelp(true)} />
    <main id="main">
      <${Flow} rows=${rows} route=${route} clearedAt=${clearedAt} onShowCleared=${() => setClearedAt(0)} now=${now} />
      <div class="details">
        <${Scenarios} scenarios=${menu.scenarios} runs=${runs} route=${route} isRoomy=${route.ref === undefined} onMessage=${onMessage} />
        ${story && html`<${Story} ...${{ story, run, runTitle, route, now, onMessage }} />`}
      </div>
      <section class="bench" aria-label="Try it">
      ${menu.samples.length > 0 && html`<${Send} samples=${menu.samples} route=${route} onMessage=${onMessage} />`}
      ${menu.switches.length > 0 && html`<${Faults} switches=${menu.switches} task=${row?.task} onMessage=${onMessage} />`}
      </section>
    </main>
    <${Message} message=${message} summary=${useSummary(live.rows, row)} />
    <${Keys} isOpen=${isHelp} onClose=${() => setHelp(false)} />
  `;
}

function useLive() {
  const [live, setLive] = useState(EMPTY);
  useEffect(() => follow(setLive), []);
  return live;
}

function useRoute() {
  const [route, setRoute] = useState(readRoute());
  useEffect(() => {
    const read = () => setRoute(readRoute());
    for (const name of ['hashchange', 'popstate']) addEventListener(name, read);
    return () => {
      for (const name of ['hashchange', 'popstate']) removeEventListener(name, read);
    };
  }, []);
  return route;
}

function useMenu() {
  const [menu, setMenu] = useState(NO_MENU);
  useEffect(() => {
    get('menu').then((menu) => menu && setMenu(menu));
  }, []);
  return menu;
}

function useClock() {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Makes Escape lead from a story back to the row that was open. */
function useEscape(route) {
  const current = useRef(route);
  current.current = route;
  useEffect(() => {
    const back = ({ key, target }) => {
      if (key === 'Escape' && !target.closest('dialog, input, textarea, select')) leave(current.current);
    };
    document.addEventListener('keydown', back);
    return () => document.removeEventListener('keydown', back);
  }, []);
}

/** Leads first from the story to its row, then from the row to the list. */
function leave(route) {
  const link = document.querySelector('.rows a[aria-current]') ?? document.querySelector('.rows tbody a');
  if (document.activeElement === link) go({ ...route, ref: undefined, key: undefined });
  else link?.focus();
}

const rowOf = (rows, { ref, key }) =>
  ref === undefined ? undefined : rows.find((row) => (key === undefined ? row.ref === ref : row.key === key));

function newerThan(frozen, rows) {
  if (frozen === undefined) return 0;
  const newest = frozen[0]?.at ?? 0;
  return rows.filter(({ at }) => at > newest).length;
}

const root = document.getElementById('page');
root.replaceChildren();
render(html`<${Page} />`, root);
