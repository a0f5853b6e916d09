import type { Evidence, RecordLine } from './evidence.ts';
import { type Agreement, agreementOf } from './provider-side.ts';
import { type TimelineEntry, timeline } from './timeline.ts';
import { duration, inBrackets, nameOf, plainName, pluralize, READS_NEXT, type State, WAITS } from './wording.ts';

/** The story of one change: what it is, its state in one sentence, and everything that happened to it. */
export interface Story {
  /** `ord-1031 · DCS update · task 7e1f…`, with complete ids. */
  title: string;
  state: State;
  sentence: string;
  timeline: TimelineEntry[];
  /** Number of requests and reads so far. */
  attempts: number;
  /** When the change is delivered again; milliseconds since 1970. */
  next?: number;
  /** What an operator should do now, as a sentence. */
  advice?: string;
  /** Whether the provider's log agrees with the outcome. Only where that log is known. */
  provider?: Agreement;
}

/**
 * Makes the story of a change from what is known about it. It is a pure function. `relay status` and the console both show
 * its texts.
 */
export function storyOf(evidence: Evidence): Story {
  const { change, row, result, lines = [], calls } = evidence;
  const last = lines.toSorted((one, other) => Date.parse(one.timestamp) - Date.parse(other.timestamp)).at(-1);
  const status = result ? endStatus(evidence, result) : openStatus(evidence, last);
  const attempts = result?.data.attempts ?? last?.attempts ?? row?.attempts ?? 0;
  return {
    title: titleOf(change),
    ...status,
    timeline: timeline(evidence),
    attempts,
    ...(calls && { provider: agreementOf(calls, { outcome: result?.data.outcome, lines }) }),
  };
}

/** The story of an id about which nothing was found in a span of time, in milliseconds; undefined if something was found. */
export function storyOfUnseen(
  { change, row, result, lines = [], operatorEvents = [] }: Evidence,
  span: number,
): Story | undefined {
  if (row || result || lines.length + operatorEvents.length > 0) return undefined;
  return {
    title: titleOf(change),
    state: 'not seen',
    sentence: `No trace of it in the last ${duration(span)}. If it was sent just now, it may still be queued.`,
    timeline: [],
    attempts: 0,
    advice: 'check the id, --source and --since',
  };
}

/** False for a change that has not been seen yet, of which only the id is known. */
const isKnown = ({ type, hash, subject }: Evidence['change']) =>
  type !== undefined || hash !== undefined || subject !== undefined;
const titleOf = (change: Evidence['change']) =>
  [
    nameOf(change),
    ...(isKnown(change) ? [plainName(change)] : []),
    ...(change.subject ? [`task ${change.subject.id}`] : []),
  ].join(' · ');

type Status = Pick<Story, 'state' | 'sentence' | 'next' | 'advice'>;

function endStatus(
  { row, operatorEvents = [], lines = [] }: Evidence,
  { time, data }: NonNullable<Evidence['result']>,
): Status {
  const took = row && row.firstSeen > 0 ? Date.parse(time) - row.firstSeen : undefined;
  if (data.outcome === 'succeeded') return { state: 'succeeded', sentence: success(data, took, lines) };
  const { error } = data;
  const sentence = `${capital(data.outcome)}. ${asSentence(error.message)}${error.origin === 'provider' ? ` The provider said ${error.code}.` : ''}`;
  if (data.outcome !== 'unknown') return { state: data.outcome, sentence, advice: error.advice };
  const resolution = operatorEvents.find((one) => 'resolved_as' in one.data)?.data;
  if (resolution && 'resolved_as' in resolution)
    return {
      state: 'unknown',
      sentence: `${sentence} ${capital(resolution.operator)} found it ${resolution.resolved_as}.`,
    };
  return { state: 'unknown', sentence, advice: error.advice };
}

type Success = Extract<NonNullable<Evidence['result']>['data'], { outcome: 'succeeded' }>;

function success({ confirmed_by, attempts }: Success, took: number | undefined, lines: RecordLine[]): string {
  const after = took === undefined ? '' : ` after ${duration(took)}`;
  if (confirmed_by === 'reply') {
    const tries = attempts === undefined || attempts === 1 ? 'at the first attempt' : `at attempt ${attempts}`;
    return `Succeeded. The provider accepted it ${tries}${after}.`;
  }
  const lost = lines.findLast(({ reason }) => reason === 'outcome_unknown');
  return `Succeeded. No usable reply came${inBrackets(lost?.error_code, lost?.provider?.status)}; the relay read the task and found the change applied${after}.`;
}

function openStatus({ row, now, dead, maxReceives }: Evidence, last: RecordLine | undefined): Status {
  if (dead) return deadStatus(last, row !== undefined);
  if (last?.message === 'change retried') return retryStatus(last, now);
  if (last?.message === 'record broken') return brokenStatus(last, row !== undefined, maxReceives);
  if (row?.state === 'CALLING')
    return {
      state: 'calling',
      sentence: `A request may be in flight. Attempt ${row.attempts}; the change was first seen ${duration(now - row.firstSeen)} ago.`,
    };
  if (row)
    return {
      state: 'waiting',
      sentence: `No request is in flight. ${pluralize(row.attempts, 'attempt')} so far; the next delivery tries again.`,
    };
  return {
    state: 'queued',
    sentence: 'No trace of it yet. It may still be queued, its function may not start, or it was never sent.',
  };
}

function retryStatus(
  { reason = 'contended', timestamp, delay_milliseconds: delay = 0, ...line }: RecordLine,
  now: number,
): Status {
  const { happened, next } = WAITS[reason] ?? { happened: reason, next: 'it is delivered again' };
  const due = Date.parse(timestamp) + delay;
  const when = due > now ? `in ${duration(due - now)}` : 'any moment';
  return {
    state: READS_NEXT.has(reason) ? 'reading back' : 'waiting',
    sentence: `${capital(happened)}${inBrackets(line.error_code, line.provider?.status)}; ${next} ${when}.`,
    next: due,
  };
}

/** How the function failed, and whether it had claimed the change by then. */
const failedAt = ({ fault }: RecordLine, isClaimed: boolean) =>
  `the function failed${isClaimed ? '' : ' before it could claim the change'}${inBrackets(fault?.code ?? fault?.name, undefined)}`;

function brokenStatus(line: RecordLine, isClaimed: boolean, maxReceives: number | undefined): Status {
  const count =
    line.receives === undefined || maxReceives === undefined ? '' : ` at delivery ${line.receives} of ${maxReceives}`;
  const sentence = `It arrived, but ${failedAt(line, isClaimed)}${count}. It is delivered again; after its last delivery it goes to the dead-letter queue.`;
  return { state: 'waiting', sentence };
}

function deadStatus(last: RecordLine | undefined, isClaimed: boolean): Status {
  const why = last?.message === 'record broken' ? `: ${failedAt(last, isClaimed)}` : '';
  const sentence = `It is in the dead-letter queue${why}. It is not tried again until somebody puts it back.`;
  return { state: 'dead', sentence, advice: 'remove the cause, then put it back' };
}

const asSentence = (text: string) => `${capital(text)}${text.endsWith('.') ? '' : '.'}`;
const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
