import type { Behaviour } from './behaviours.ts';
import { type Call, isCreation } from './calls.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';

/** What the provider knows of a subject when a request for it arrives. */
interface Arrival {
  isRepeat: boolean;
  isAsAsked: boolean;
  refusalCode: string | undefined;
  call: Call;
  /** True if the call answers for each of several tasks. */
  isList: boolean;
}

/** The behaviours whose reply says that an action was accepted. */
export const ACCEPTED = new Set(['ok', 'empty_200', 'failed_creation_200']);

/** Chooses a behaviour by name. A list may lack the task, and a request for values that the task already has may be refused. */
export function chooseBehaviour(chance: Chance, arrival: Arrival, uid: string): string {
  const { faults, random } = chance;
  const name = asCreation(faults.call(uid), arrival.call);
  const refusal = refusalBy(name, arrival, random);
  if (refusal || name !== 'ok') return refusal ?? name;
  if (arrival.isList && random.chance(faults.silentLists)) return 'silent_list';
  return isRefusedAsDone(chance, arrival) ? 'already' : name;
}

/** A creation that answers with a failed state has made the task that it names. */
const asCreation = (name: string, call: Call) =>
  name === 'failed_status_200' && isCreation(call) ? 'failed_creation_200' : name;

const isRefusedAsDone = ({ faults: { already }, random }: Chance, { isAsAsked, isRepeat }: Arrival) =>
  isAsAsked && random.chance(isRepeat ? already.repeat : already.other);

interface Chance {
  faults: Faults;
  random: Random;
}

/** How some calls are refused for good: by an element of the reply, or because something that belongs to the subject is missing. */
const REFUSALS: Partial<Record<Call, string>> = { restart: 'refused_element', delete: 'other_missing' };

/** What a state forbids is refused, by the whole reply or by an element of its list. */
function refusalBy(name: string, { call, refusalCode }: Arrival, random: Random): string | undefined {
  if (name === 'refused_400') return REFUSALS[call];
  if (refusalCode === undefined || !ACCEPTED.has(name)) return undefined;
  return call === 'restart' && random.chance(0.8) ? 'refused_element' : 'illegal_action';
}

/** After how many milliseconds a request takes effect; undefined if never. */
export function delayOf(
  { random, latest }: { random: Random; latest: number },
  { applies }: Behaviour,
  deadline: number,
): number | undefined {
  if (applies === 'late') return random.between(deadline + 1, latest);
  const soon = random.between(10, 190);
  return applies === 'now' || (applies === 'perhaps' && random.chance(0.5)) ? soon : undefined;
}
