import { html } from '/page/preact.js';
import { post } from './requests.js';
import { go } from './route.js';

const SIGNS = { running: '…', 'as expected': '✓', 'not as expected': '✗' };
const TONES = { running: 'moving', 'as expected': 'good', 'not as expected': 'bad' };

/** Buttons that run the scenarios, with a description of each while no change is shown. */
export function Scenarios({ scenarios, runs, route, isRoomy, onMessage }) {
  const start = async ({ name, title }) => {
    const run = await post('scenario', { name });
    onMessage(run.error ?? `${title}: sent as ${run.ref}`);
    if (run.ref !== undefined) go({ ...route, ref: run.ref, key: undefined, show: 'all', find: '', task: undefined });
  };
  return html`<section class="scenarios ${isRoomy ? 'roomy' : ''}" aria-labelledby="scenarios-title">
    <h2 id="scenarios-title">Scenarios</h2>
    <ul>
      ${scenarios.map((scenario) => {
        const run = runs.find((one) => one.scenario === scenario.name);
        return html`<li>
          <button type="button" onClick=${() => start(scenario)} title=${isRoomy ? undefined : `${scenario.title}. ${scenario.about}`}>
            <span class="title">${isRoomy ? scenario.title : scenario.short}</span>
            ${run && html`<span class="mark ${TONES[run.state]}"><span aria-hidden="true">${SIGNS[run.state]}</span><span class="away">${run.state}</span></span>`}
            ${isRoomy && html`<span class="about">${scenario.about}</span>`}
          </button>
        </li>`;
      })}
    </ul>
  </section>`;
}

/** How the scenario of a change was expected to end, and how it ended. */
export function Verdict({ run, title }) {
  return html`<div class="verdict ${TONES[run.state]}">
    <p class="verdict-title"><span aria-hidden="true">${SIGNS[run.state]}</span> Scenario “${title}”: <b>${run.state}</b></p>
    <dl>
      <div><dt>expected</dt><dd>${run.expected}</dd></div>
      <div><dt>got</dt><dd>${run.got ?? '…'}</dd></div>
    </dl>
  </div>`;
}
