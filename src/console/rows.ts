import type { ProviderLine } from '../operator/story/evidence.ts';
import { agreementOf } from '../operator/story/provider-side.ts';
import { storyOf } from '../operator/story/story.ts';
import { duration, nameOf, plainName, SIGNS, type State } from '../operator/story/wording.ts';
import type { KnownChange } from './known.ts';

/** A change as a row of the list. */
export interface Row {
  key: string;
  /** The name of the change in links. */
  ref: string;
  at: number;
  name: string;
  service?: string;
  task?: string;
  state: State;
  /** The sign beside the state's word. */
  sign: string;
  attempts: number;
  /** Number of requests that the provider received, if they are still kept. Reads don't count. */
  calls?: number;
  /** The time from the first delivery to the result, as text. */
  took?: string;
  /** When it is delivered again, in milliseconds since 1970. */
  next?: number;
  /** False if the provider's log contradicts the outcome. */
  agrees?: boolean;
  /** What an operator found out about an unknown outcome: `applied (by NAME)`. */
  resolved?: string;
  dead?: true;
  proof?: true;
}

/** The row of a change, with the words of its story. */
export function toRow(known: KnownChange, calls: ProviderLine[] | undefined, now: number): Row {
  const { key, change, at, begun = at, lines, operatorEvents, result, dead, proof } = known;
  const story = storyOf({ change, lines, operatorEvents, result, now, dead: dead !== undefined });
  const state = stateOf(known, story.state);
  const { received, agrees } = calls ? agreementOf(calls, { outcome: result?.data.outcome, lines }) : {};
  return {
    key,
    ref: nameOf(change),
    at,
    name: plainName(change),
    attempts: story.attempts,
    ...(received !== undefined && { calls: received }),
    state,
    sign: SIGNS[state],
    ...(change.subject && { service: change.subject.service, task: change.subject.id }),
    ...(result && { took: duration(Date.parse(result.time) - begun) }),
    ...(story.next !== undefined && { next: story.next }),
    ...(agrees !== undefined && { agrees }),
    ...resolvedIn(operatorEvents),
    ...(dead && { dead: true as const }),
    ...(proof && { proof: true as const }),
  };
}

function resolvedIn(operatorEvents: KnownChange['operatorEvents']): Pick<Row, 'resolved'> {
  const resolution = operatorEvents.find(({ data }) => 'resolved_as' in data)?.data;
  return resolution && 'resolved_as' in resolution
    ? { resolved: `${resolution.resolved_as} (by ${resolution.operator})` }
    : {};
}

/** A change that was delivered but has no log line yet is in progress. */
function stateOf({ delivered, lines }: KnownChange, state: State): State {
  return state === 'queued' && delivered !== undefined && lines.length === 0 ? 'calling' : state;
}
