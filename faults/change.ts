import type { Values } from './world/cloud-tasks.ts';

/** What poison does: it ends the process at once, keeps its thread busy for ever, or throws what is no Error. */
export type Harm = 'ends' | 'blocks' | 'throws';

/** A change as its producer meant it: one content under one id. The same id with other content is another of these. */
export interface Change {
  uid: string;
  id: string;
  /** An order can be carried out; a refusal can't and must end as rejected; poison ends every process that reads it. */
  kind: 'valid' | 'invalid' | 'poison';
  /** What poison does to the process; without it, it ends it. */
  harm?: Harm;
  /** The key of its task, and of its message group. */
  task: string;
  sequence?: number;
  /** The body that the provider must get. */
  body: Values;
  /** True if sending it twice ends in the same state. */
  repeatable: boolean;
  /** True for an order that some deployments refuse: it may end as rejected, if it was not carried out. */
  mayBeRefused?: true;
  /** The message. */
  text: string;
  /** Set for a change whose id another one bears too: only one of them can be carried out. */
  conflictsWith?: string;
}

/** When a producer sends a change. */
export interface PlannedMessage {
  at: number;
  change: Change;
  text: string;
  /** The message group, if it is not the task's. */
  group?: string;
}

/** The first sending of a change. */
export const planMessage = (change: Change, at: number): PlannedMessage => ({ at, change, text: change.text });

/** What is known of a change that a queue took. */
export interface AcceptedChange {
  change: Change;
  at: number;
  /** The place of its first message among all, and the group in which alone it says who is older; undefined on a standard queue. */
  arrival: number | undefined;
  group?: string;
  /** How many messages of it the queue took: the first, and the producer's repeats. Each is owed an answer. */
  messages: number;
}

const OWN_GROUP = 'only ';

/** The group of a change that was sent to several: its place in one says nothing of who is older, so it is alone. */
export const ownGroup = (uid: string) => `${OWN_GROUP}${uid}`;
export const isOwnGroup = (group: string) => group.startsWith(OWN_GROUP);
