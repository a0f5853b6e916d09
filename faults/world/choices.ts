import type { Behaviour } from './behaviours.ts';
import type { Call } from './calls.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';

/** What the provider knows of a subject when a request for it arrives. */
interface Arrival {
  isRepeat: boolean;
  isAsAsked: boolean;
  refusalCode: string | undefined;
  /** The call, if it answers for each of several tasks. */
  listed: Call | undefined;
}

/** The behaviours whose reply says that an action was accepted. */
export const ACCEPTED = new Set(['ok', 'empty_200']);

/**
 * Chooses a behaviour by name. What a state forbids is refused, by an element of the reply or by the whole. A list may lack the task,
 * and a request for values that the task already has may be refused.
 */
export function chooseBehaviour(
  { faults, random }: { faults: Faults; random: Random },
  arrival: Arrival,
  uid: string,
): string {
  const name = faults.call(uid);
  const { listed, refusalCode } = arrival;
  if (listed === 'restart' && name === 'refused_400') return 'refused_element';
  if (refusalCode !== undefined && ACCEPTED.has(name))
    return listed === 'restart' && random.chance(0.8) ? 'refused_element' : 'illegal_action';
  if (listed && name === 'ok' && random.chance(faults.silentLists)) return 'silent_list';
  if (name !== 'ok' || !arrival.isAsAsked) return name;
  return random.chance(arrival.isRepeat ? faults.already.repeat : faults.already.other) ? 'already' : name;
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
