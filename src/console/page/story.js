import { html, useEffect, useState } from '/page/preact.js';
import { Calls } from './calls.js';
import { Copies } from './copies.js';
import { Dead, Resolve } from './operating.js';
import { Ledger, Pane, pretty } from './panes.js';
import { get } from './requests.js';
import { toHash } from './route.js';
import { Verdict } from './scenarios.js';
import { clockTime, isOver, isoTime, shorten, toneOf, until, withShortIds } from './words.js';

const AGAIN = 1000;

/** The story of the change that the route names. It is loaded again when its row changes, and each second until the change has ended. */
export function useStory({ ref, key }, row, run) {
  const [story, setStory] = useState();
  const isUnderWay = row !== undefined && !isOver(row.state);
  useEffect(() => {
    let isWanted = ref !== undefined;
    const load = async () => {
      const loaded = isWanted ? await get('story', { ref, key }).catch(() => undefined) : undefined;
      if (isWanted) setStory(loaded ?? { missing: true, ref });
    };
    if (!isWanted) setStory(undefined);
    load();
    const timer = isUnderWay ? setInterval(load, AGAIN) : undefined;
    return () => {
      isWanted = false;
      clearInterval(timer);
    };
  }, [ref, key, row, isUnderWay, run?.state]);
  return story && (story.missing ? story.ref === ref : story.row.ref === ref) ? story : undefined;
}

/** Everything about one change in one view, with its state on top. */
export function Story({ story, now, onMessage, ...about }) {
  const { row } = story;
  useEffect(takeFocus, [row?.key]);
  if (!row) return html`<${Missing} name=${story.ref} />`;
  return html`<article class="story" aria-labelledby="story-title">
    <${Head} ...${{ story, onMessage, ...about }} />
    <${Timeline} story=${story} now=${now} />
    <${Calls} calls=${story.calls} />
    <div class="panes">
      <${Pane} title="Result" text=${story.result && pretty(story.result)} none="not yet" />
      <${Pane} title="Change as sent" text=${story.event} none="not recorded" />
      <${Ledger} lines=${story.ledger} />
    </div>
    <${Copies} story=${story} onMessage=${onMessage} />
  </article>`;
}

/** Moves the focus to the title of a change that was opened by keyboard. Updates of the list must not take it away. */
function takeFocus() {
  const { activeElement } = document;
  if (activeElement?.dataset.opened) document.getElementById('story-title')?.focus({ preventScroll: true });
  delete activeElement?.dataset.opened;
}

function Missing({ name }) {
  return html`<article class="story">
    <h2>${name}</h2>
    <p class="nothing">No change of this name is known here. The newest 500 are kept.</p>
  </article>`;
}

function Head({ story, run, runTitle, route, onMessage }) {
  const { row, state, sentence, advice, dead, provider } = story;
  return html`<header>
    <h2 id="story-title" tabindex="-1">${row.ref}</h2>
    <${About} story=${story} route=${route} />
    <p class="sentence ${toneOf(state)}"><span aria-hidden="true" class="sign">${row.sign}</span> ${sentence}</p>
    ${advice && html`<p class="advice">${advice}</p>`}
    ${run && html`<${Verdict} run=${run} title=${runTitle} />`}
    ${dead && html`<${Dead} story=${story} onMessage=${onMessage} />`}
    ${state === 'unknown' && advice && html`<${Resolve} story=${story} onMessage=${onMessage} />`}
    ${provider && html`<${Provider} provider=${provider} state=${state} />`}
  </header>`;
}

/** What the change is, in one line. */
function About({ story: { row, change, sent, published }, route }) {
  const task = row.task && { href: toHash({ ...route, task: row.task, samples: true }), text: shorten(row.task, 20) };
  const more = [
    change.sequence && `sequence ${change.sequence}`,
    sent > 1 && `sent ${sent} times`,
    published > 1 && `published ${published} times`,
  ].filter(Boolean);
  return html`<p class="sub">
    ${row.name}${task && html` · task <a href=${task.href} title="All changes of this task">${task.text}</a>`}
    ${more.map((text) => ` · ${text}`)}
  </p>`;
}

const VERDICTS = {
  true: ['✓', 'agrees', 'good'],
  false: ['✗', 'DISAGREES', 'bad'],
  unknown: ['?', 'an unknown outcome has nothing to compare', 'doubt'],
};
const NO_OUTCOME = ['…', 'no outcome to compare yet', 'moving'];

function Provider({ provider: { received, applied, agrees }, state }) {
  const [sign, text, tone] = VERDICTS[agrees ?? state] ?? NO_OUTCOME;
  return html`<p class="provider">
    <span class="label">Provider’s side</span> received <b>${received}</b> · applied <b>${applied}</b> ·
    <span class=${tone}> <span aria-hidden="true">${sign}</span> ${text}</span>
  </p>`;
}

function Timeline({ story: { timeline }, now }) {
  return html`<section class="timeline" aria-labelledby="timeline-title">
    <h3 id="timeline-title">What happened</h3>
    ${timeline.length === 0 && html`<p class="nothing">Nothing yet.</p>`}
    <ol>
      ${timeline.map(
        ({ at, kind, text, next }) => html`<li class=${kind}>
          <time datetime=${isoTime(at)} title=${isoTime(at)}>${clockTime(at, true)}</time>
          <span class="what" title=${text}>${withShortIds(text)}${next !== undefined && html` <span class="quiet">${next > now ? until(next, now) : `at ${clockTime(next)}`}</span>`}</span>
        </li>`,
      )}
    </ol>
  </section>`;
}
