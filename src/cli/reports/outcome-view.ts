import type { Result } from '../../lib/relay/result-schema.ts';
import { duration, pluralize } from '../../operator/story/wording.ts';
import type { Paint } from '../terminal/screen.ts';
import { clockTime, isoTime } from '../terminal/table.ts';
import { stateText } from './story-view.ts';

/** A change that was sent, and how it ended. */
export interface EndedChange {
  id: string;
  source: string;
  result: Result | undefined;
  /** The time from sending to the result, in milliseconds. */
  took: number;
  /** True if it had ended before it was sent. Then the same result was published again, without a call. */
  repeated?: boolean;
}

/** `✓ succeeded  84 ms · 1 attempt · confirmed by reply`. Unless it succeeded, the error follows. */
export function endLines({ id, result, took, repeated }: EndedChange, paint: Paint): string[] {
  if (!result) return [`${paint('yellow', '… pending')}    ${id}: no result after ${duration(took)}`];
  const { data } = result;
  const tries = data.attempts === undefined ? [] : [pluralize(data.attempts, 'attempt')];
  const how = data.outcome === 'succeeded' ? [CONFIRMED[data.confirmed_by]] : [data.error.code];
  const course = repeated
    ? `had already ended at ${momentOf(result.time)}; same result, the provider was not called`
    : [duration(took), ...tries, ...how].join(' · ');
  const first = `${stateText(data.outcome, paint)}  ${course}`;
  if (data.outcome === 'succeeded') return [first];
  const problems = (data.error.problems ?? []).map(({ path, message }) => `  ${path}: ${message}`);
  return [first, `  ${data.error.message}`, ...problems, `Fix: ${data.error.advice}`];
}

/** The time of day, with the date unless it is today. */
function momentOf(time: string): string {
  const [at, now] = [new Date(time), new Date()];
  const day = at.toDateString() === now.toDateString() ? '' : `${isoTime(at.getTime()).slice(0, 10)} `;
  return `${day}${clockTime(at.getTime())}`;
}

const CONFIRMED = { reply: 'confirmed by reply', 'read-back': 'confirmed by reading the task back' } as const;

/** The cells for a pipe: id, outcome, attempts, confirmation or error code, and time. */
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

/** The form for JSON: the change's name, its outcome, and the result as it was published. */
export const endJson = ({ id, source, result, took, repeated = false }: EndedChange) => ({
  id,
  source,
  outcome: result?.data.outcome ?? 'pending',
  repeated,
  took_milliseconds: Math.round(took),
  result: result ?? null,
});
