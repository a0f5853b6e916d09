import { html, useEffect, useRef, useState } from '/page/preact.js';
import { isOver, pluralize } from './words.js';

const SUMMARY_INTERVAL = 5000;
const SHOWN_FOR = 6000;

/** A message about the last action, shown for a while; and for screen readers a summary at a slower pace. */
export function Message({ message, summary }) {
  const [shown, setShown] = useState('');
  useEffect(() => {
    setShown(message.text);
    const timer = setTimeout(() => setShown(''), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [message.count]);
  return html`<div class="messages">
    <p role="status" class=${shown ? 'message' : ''}>${shown}</p>
    <p role="status" class="away">${summary}</p>
  </div>`;
}

/** `12 changes, 1 rejected`, at most every five seconds. The outcome of the open change is reported at once. */
export function useSummary(rows, row) {
  const [summary, setSummary] = useState('');
  const latest = useRef(rows);
  latest.current = rows;
  useEffect(() => {
    const timer = setInterval(() => setSummary(summaryOf(latest.current)), SUMMARY_INTERVAL);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (row && isOver(row.state)) setSummary(`${row.ref}: ${row.state}`);
  }, [row?.key, row?.state]);
  return summary;
}

function summaryOf(rows) {
  const own = rows.filter(({ proof }) => !proof);
  const bad = ['rejected', 'failed', 'unknown'].flatMap((state) => {
    const count = own.filter((row) => row.state === state).length;
    return count > 0 ? [`${count} ${state}`] : [];
  });
  return own.length === 0 ? '' : [pluralize(own.length, 'change'), ...bad].join(', ');
}
