import type { Call } from './world/calls.ts';
import type { Values } from './world/task.ts';

/** What poison does: it ends the process at once, keeps its thread busy for ever, or throws a value that is not an Error. */
export type Harm = 'ends' | 'blocks' | 'throws';

/** A change as its producer meant it: one content under one id. The same id with other content is another change. */
export interface Change {
  uid: string;
  id: string;
  /** A valid change can be carried out. An invalid one must end as rejected. Poison harms every process that reads it. */
  kind: 'valid' | 'invalid' | 'poison';
  /** What poison does to the process. */
  harm?: Harm;
  /** The key of its task, and of its message group. */
  task: string;
  sequence?: number;
  /** The body that the provider must get; an empty one if the call has none. */
  body: Values;
  /** What the provider is asked for. Undefined where the checker need not know. */
  call?: Call;
  /** True if not even an empty body may be sent. */
  bodiless?: true;
  /** True if sending it twice ends in the same state. */
  repeatable: boolean;
  /** True for a change that some deployments refuse. It may end as rejected, unless it was carried out. */
  mayBeRefused?: true;
  /** The message. */
  text: string;
  /** The uid of another change with the same id. Only one of the two can be carried out. */
  conflictsWith?: string;
}

/** A message that a producer sends at a given time; several may carry the same change. */
export interface PlannedMessage {
  at: number;
  change: Change;
  text: string;
  /** The message group, if it is not the task's. */
  group?: string;
}

/** The first message of a change. */
export const planMessage = (change: Change, at: number): PlannedMessage => ({ at, change, text: change.text });

/** What is known of a change that a queue took. */
export interface AcceptedChange {
  change: Change;
  at: number;
  /** The number of its first message. It says who is older only within the group; undefined on a standard queue. */
  arrival: number | undefined;
  group?: string;
  /** How many of its messages the queue took: the first, and the producer's repeats. Each must be answered. */
  messages: number;
}

const OWN_GROUP = 'only ';

/** The group of a change that was sent to several groups: its arrival in one of them says nothing about who is older. */
export const ownGroup = (uid: string) => `${OWN_GROUP}${uid}`;
export const isOwnGroup = (group: string) => group.startsWith(OWN_GROUP);
