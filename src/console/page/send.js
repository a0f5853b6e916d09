import { html, useEffect, useState } from '/page/preact.js';
import { post } from './requests.js';
import { go } from './route.js';
import { sequenceOf, stemOf, withNewId, withOtherContent, withSequence } from './texts.js';
import { pluralize } from './words.js';

const REMEMBERED = 'edited:';
const TYPING_DELAY = 250;

/** The form: a sample to start with, the problems of the text before it is sent, and unusual ways to send it. */
export function Send({ samples, route, onMessage }) {
  const [file, setFile] = useState(samples[0]?.file);
  const sample = samples.find((one) => one.file === file) ?? samples[0];
  const [text, setText] = useState(remembered(sample));
  const [via, setVia] = useState('queue');
  const [isUnsigned, setUnsigned] = useState(false);
  const [isNew, setNew] = useState(true);
  const problems = useProblems(text, file);

  const pick = (name) => {
    setFile(name);
    setText(remembered(samples.find((one) => one.file === name)));
  };
  const edit = (value) => {
    setText(value);
    localStorage.setItem(REMEMBERED + file, value);
  };
  const send = async (body, { keepsTask = false } = {}) => {
    const receipt = await post('send', { text: body, via, unsigned: isUnsigned, from: file, prepares: !keepsTask });
    onMessage(messageOf(receipt));
    if (receipt.accepted) go({ ...route, ref: receipt.ref, key: undefined, show: 'all', find: '', task: undefined });
  };
  const sendFresh = () => {
    const body = isNew ? withNewId(text, stemOf(file)) : text;
    edit(body);
    return send(body);
  };
  const sendOlder = async () => {
    const sequence = sequenceOf(text) ?? 10n;
    const newer = withNewId(withSequence(text, sequence), `${stemOf(file)}-newer`);
    if (sequenceOf(text) === undefined) await send(newer);
    const older = withNewId(withSequence(text, sequence > 0n ? sequence - 1n : 0n), `${stemOf(file)}-older`);
    await send(older, { keepsTask: true });
  };
  const onKeyDown = (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    sendFresh();
  };
  const onSubmit = (event) => {
    event.preventDefault();
    sendFresh();
  };

  return html`<form class="send" aria-labelledby="send-title" onSubmit=${onSubmit}>
    <div class="send-head">
      <h2 id="send-title">Send</h2>
      <label class="sample"><span class="away">Sample</span> <${SampleChoice} samples=${samples} file=${file} onPick=${pick} /></label>
      <fieldset>
        <legend class="away">Way</legend>
        <label><input type="radio" name="via" checked=${via === 'queue'} onChange=${() => setVia('queue')} /> queue</label>
        <label><input type="radio" name="via" checked=${via === 'webhook'} onChange=${() => setVia('webhook')} /> signed webhook</label>
      </fieldset>
      <label><input type="checkbox" checked=${isNew} onChange=${() => setNew(!isNew)} /> new id</label>
      ${
        via === 'webhook' &&
        html`<label><input type="checkbox" checked=${isUnsigned} onChange=${() => setUnsigned(!isUnsigned)} /> break the signature</label>`
      }
    </div>
    <div class="send-body">
      <textarea
        aria-label="The change, as JSON"
        aria-describedby="problems"
        spellcheck="false"
        autocapitalize="off"
        rows="7"
        value=${text}
        onInput=${({ target }) => edit(target.value)}
        onKeyDown=${onKeyDown}
      ></textarea>
      <${Problems} problems=${problems} />
    </div>
    <div class="send-foot">
      <button class="primary" type="submit">Send <kbd>Ctrl+Enter</kbd></button>
      <button type="button" onClick=${() => send(text, { keepsTask: true })}>Same id again</button>
      <button type="button" onClick=${() => send(withOtherContent(text), { keepsTask: true })}>Same id, other content</button>
      <button type="button" onClick=${sendOlder}>Older sequence</button>
      ${text !== sample?.text && html`<button type="button" onClick=${() => edit(sample.text)}>Back to the sample</button>`}
    </div>
  </form>`;
}

const remembered = (sample) => (sample && localStorage.getItem(REMEMBERED + sample.file)) || (sample?.text ?? '');

function messageOf({ accepted, ref, status, detail, error }) {
  if (error) return error;
  return accepted ? `Sent: ${ref}` : `The webhook answered ${status}. ${detail}`;
}

function SampleChoice({ samples, file, onPick }) {
  const groups = Map.groupBy(samples, ({ group }) => group);
  return html`<select value=${file} onChange=${({ target }) => onPick(target.value)}>
    ${[...groups].map(
      ([group, members]) => html`<optgroup label=${group}>
        ${members.map((one) => html`<option value=${one.file} selected=${one.file === file}>${stemOf(one.file)} → ${one.expected}</option>`)}
      </optgroup>`,
    )}
  </select>`;
}

/** Asks the relay's own validator when nothing was typed for a moment. */
function useProblems(text, file) {
  const [problems, setProblems] = useState([]);
  useEffect(() => {
    let isWanted = true;
    const timer = setTimeout(async () => {
      const reply = await post('problems', { text, from: file });
      if (isWanted && reply.problems) setProblems(reply.problems);
    }, TYPING_DELAY);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [text, file]);
  return problems;
}

function Problems({ problems }) {
  return html`<div id="problems" class="problems" role="status">
    ${
      problems.length === 0
        ? html`<p class="good"><span aria-hidden="true">✓</span> valid</p>`
        : html`<p class="bad"><span aria-hidden="true">✗</span> ${pluralize(problems.length, 'problem')}</p>
            <ul tabindex="0" aria-label="Problems">
              ${problems.map(({ path, message }) => html`<li><code>${path || 'the text'}</code> ${message}</li>`)}
            </ul>`
    }
  </div>`;
}
