import type { Result } from '../../lib/relay/result-schema.ts';
import { counted, duration } from '../../operator/story/wording.ts';
import type { Paint } from '../terminal/screen.ts';
import { clockTime, isoTime } from '../terminal/table.ts';
import { stateText } from './story-view.ts';

/** How one sent change ended. */
export interface EndedChange {
  id: string;
  source: string;
  result: Result | undefined;
  /** From sending to result, in milliseconds. */
  took: number;
  /** It had ended before it was sent: the same result was published again, and nobody was called. */
  repeated?: boolean;
}

/** `✓ succeeded  84 ms · 1 attempt · confirmed by reply`, and for anything but success what is wrong. */
export function endLines({ id, result, took, repeated }: EndedChange, paint: Paint): string[] {
  if (!result) return [`${paint('yellow', '… pending')}    ${id} after ${duration(took)}`];
  const { data } = result;
  const tries = data.attempts === undefined ? [] : [counted(data.attempts, 'attempt')];
  const how = data.outcome === 'succeeded' ? [CONFIRMED[data.confirmed_by]] : [data.error.code];
  const course = repeated
    ? `already done at ${momentOf(result.time)}, same result, the provider was not called`
    : [duration(took), ...tries, ...how].join(' · ');
  const first = `${stateText(data.outcome, paint)}  ${course}`;
  if (data.outcome === 'succeeded') return [first];
  const problems = (data.error.problems ?? []).map(({ path, message }) => `  ${path}: ${message}`);
  return [first, `  ${data.error.message}`, ...problems, `Fix: ${data.error.advice}`];
}

/** The time of day; for another day than today the date too. */
function momentOf(time: string): string {
  const [at, now] = [new Date(time), new Date()];
  const day = at.toDateString() === now.toDateString() ? '' : `${isoTime(at.getTime()).slice(0, 10)} `;
  return `${day}${clockTime(at.getTime())}`;
}

const CONFIRMED = { reply: 'confirmed by reply', 'read-back': 'confirmed by reading the task back' } as const;

/** The cells of a pipe: id, outcome, attempts, what confirmed it or the code, and when. */
export function endRow({ id, result }: EndedChange): (string | number | undefined)[] {
  if (!result) return [id, 'pending'];
  const { data, time } = result;
  return [
    id,
    data.outcome,
    data.attempts ?? 0,
    data.outcome === 'succeeded' ? data.confirmed_by : data.error.code,
    time,
  ];
}

/** The members of JSON: the change's name, its outcome at a glance, and the result as it was published. */
export const endJson = ({ id, source, result, took, repeated = false }: EndedChange) => ({
  id,
  source,
  outcome: result?.data.outcome ?? 'pending',
  repeated,
  took_milliseconds: Math.round(took),
  result: result ?? null,
});
