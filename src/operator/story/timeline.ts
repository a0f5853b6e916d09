import type { Evidence, ProviderLine, RecordLine } from './evidence.ts';
import { inBrackets, pluralize, WAITS } from './wording.ts';

/** One event in the life of a change. */
export interface TimelineEntry {
  /** Milliseconds since 1970. */
  at: number;
  kind: 'accepted' | 'attempt' | 'fault' | 'result' | 'repeat' | 'operator' | 'provider';
  text: string;
  /** When the change is delivered again, if this event delayed it; milliseconds since 1970. */
  next?: number;
}

/** Everything that happened to a change, oldest first: every attempt with its reason and its next try. */
export function timeline(evidence: Evidence): TimelineEntry[] {
  const { row, lines = [], operatorEvents = [], calls = [] } = evidence;
  const ordered = lines.toSorted((one, other) => timeOf(one) - timeOf(other));
  const entries = [
    ...(row && row.firstSeen > 0 ? [acceptedEntry(row.firstSeen)] : []),
    ...ordered.map((line, index) => toEntry(line, ordered.slice(0, index))),
    ...(ordered.some(isCompleted) ? [] : storedEntries(evidence)),
    ...operatorEvents.map(operatorEntry),
    ...Map.groupBy(calls, ({ request }) => request)
      .values()
      .map(callEntry),
  ];
  return entries.toSorted((one, other) => one.at - other.at);
}

const timeOf = ({ timestamp }: RecordLine) => Date.parse(timestamp);
const isCompleted = ({ message }: RecordLine) => message === 'change completed';

const acceptedEntry = (at: number): TimelineEntry => ({ at, kind: 'accepted', text: 'accepted from the queue' });

/** The result of a change without log lines. */
function storedEntries({ result }: Evidence): TimelineEntry[] {
  if (!result) return [];
  return [{ at: Date.parse(result.time), kind: 'result', text: `result stored: ${result.data.outcome}` }];
}

function toEntry(line: RecordLine, earlier: RecordLine[]): TimelineEntry {
  const at = timeOf(line);
  if (isCompleted(line)) return completedEntry(at, line, earlier.some(isCompleted));
  if (line.message === 'record broken') return brokenEntry(at, line);
  const { reason = 'contended', delay_milliseconds: delay = 0, error_code: code, provider } = line;
  const { happened, next } = WAITS[reason] ?? { happened: reason, next: 'it is delivered again' };
  const text = `${attemptPrefix(line)}${happened}${inBrackets(code, provider?.status)}; ${next}`;
  return { at, kind: 'attempt', text, next: at + delay };
}

const attemptPrefix = ({ attempts }: RecordLine) => (attempts ? `attempt ${attempts}: ` : '');

function completedEntry(at: number, line: RecordLine, isRepeat: boolean): TimelineEntry {
  if (isRepeat)
    return {
      at,
      kind: 'repeat',
      text: 'delivered again: the stored result was published, the provider was not called',
    };
  const { outcome, error_code: code, provider, attempts } = line;
  const tries = attempts ? `, ${pluralize(attempts, 'attempt')}` : '';
  return { at, kind: 'result', text: `result published: ${outcome}${inBrackets(code, provider?.status)}${tries}` };
}

function brokenEntry(at: number, { fault }: RecordLine): TimelineEntry {
  return {
    at,
    kind: 'fault',
    text: `the relay itself failed (${[fault?.name, fault?.code].filter(Boolean).join(', ')}); it is delivered again`,
  };
}

function operatorEntry(event: NonNullable<Evidence['operatorEvents']>[number]): TimelineEntry {
  const { data } = event;
  const text =
    'resolved_as' in data
      ? `resolved as ${data.resolved_as} by ${data.operator}: ${data.reason}`
      : `put back from the dead letters by ${data.operator}`;
  return { at: Date.parse(event.time), kind: 'operator', text };
}

/** One call from the provider's log: what it received, whether it applied it and what it answered. */
function callEntry(lines: ProviderLine[]): TimelineEntry {
  const [first] = lines;
  const answer = lines.find(({ kind }) => kind === 'answered');
  const parts = [
    ...(lines.some(({ kind }) => kind === 'applied') ? ['applied'] : []),
    answer ? `answered ${answer.status}${answer.code === undefined ? '' : ` ${answer.code}`}` : 'never answered',
  ];
  const text = `provider: ${first?.method} ${first?.path}: ${parts.join(', ')}`;
  return { at: Date.parse(first?.at ?? ''), kind: 'provider', text };
}
