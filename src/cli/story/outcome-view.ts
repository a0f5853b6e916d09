import type { Result } from '../../lib/relay/result-schema.ts';
import type { Paint } from '../terminal/screen.ts';
import { stateText } from './story-view.ts';
import { counted, duration, nameOf } from './wording.ts';

/** How one sent change ended. */
export interface Ended {
  id: string;
  source: string;
  result: Result | undefined;
  /** From sending to result, in milliseconds. */
  took: number;
}

/** `✓ succeeded  84 ms · 1 attempt · confirmed by reply`, and for anything but success what is wrong. */
export function endLines({ id, result, took }: Ended, paint: Paint): string[] {
  if (!result) return [`${paint('yellow', '… pending')}    ${id} after ${duration(took)}`];
  const { data } = result;
  const tries = data.attempts === undefined ? [] : [counted(data.attempts, 'attempt')];
  const how = data.outcome === 'succeeded' ? [CONFIRMED[data.confirmed_by]] : [data.error.code];
  const first = `${stateText(data.outcome, paint)}  ${[duration(took), ...tries, ...how].join(' · ')}`;
  if (data.outcome === 'succeeded') return [first];
  const problems = (data.error.problems ?? []).map(({ path, message }) => `  ${path}: ${message}`);
  return [first, `  ${data.error.message}`, ...problems, `Fix: ${data.error.advice}`];
}

const CONFIRMED = { reply: 'confirmed by reply', 'read-back': 'confirmed by reading the task back' } as const;

/** The cells of a pipe: id, outcome, attempts, what confirmed it or the code, and when. */
export function endRow({ id, result }: Ended): (string | number | undefined)[] {
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
export const endJson = ({ id, source, result, took }: Ended) => ({
  ...{ id, source, outcome: result?.data.outcome ?? 'pending', took_milliseconds: Math.round(took) },
  result: result ?? null,
});

/** The name by which a result's change is called. */
export const resultName = ({ data }: Result) => nameOf(data.change);
