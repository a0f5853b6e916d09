import type { ReplayEvent, ResolutionEvent } from '../contracts/operator-events.ts';
import { readChange } from '../lib/change/change.ts';
import type { ChangeName } from '../lib/change/change-name.ts';
import { sha256 } from '../lib/change/fingerprint.ts';
import { changeKey, keyOf } from '../lib/change/parse-record.ts';
import { type ValidationSettings, validate } from '../lib/change/validate.ts';
import type { Result } from '../lib/relay/result-schema.ts';
import type { RecordLine } from '../operator/story/evidence.ts';

/** All that is known about one change. */
export interface KnownChange {
  /** The key of its row in the ledger, with a suffix for other content under the same id. */
  key: string;
  change: ChangeName;
  /** When it was first seen; milliseconds since 1970. */
  at: number;
  /** The body as it was last sent. */
  text?: string;
  /** How often it was sent, and when it was first and last delivered to a function. */
  sent: number;
  begun?: number;
  delivered?: number;
  lines: RecordLine[];
  /** Notes about the queue and the function that the relay's own lines don't have. */
  notes: Note[];
  operatorEvents: (ResolutionEvent | ReplayEvent)[];
  result?: Result;
  /** The result, byte for byte, and how often the bus took it. */
  resultText?: string;
  published: number;
  /** Why it is a dead letter, if it is one. */
  dead?: DeadLetter;
  /** True for the samples that are sent at every start. */
  proof: boolean;
  /** The number of the update in which it last changed. */
  version: number;
}

/** Something that the stack noted about a change. */
export interface Note {
  at: number;
  kind: 'repeat' | 'fault';
  text: string;
}

/** A message in a dead-letter queue. */
export interface DeadLetter {
  queueUrl: string;
  messageId: string;
  receives: number;
}

/** Reads the row's key and the change's name from a message's body. */
export function subjectOf(text: string, settings: ValidationSettings): { key: string; change: ChangeName } {
  const { name } = validate(readChange(text), settings);
  const key = keyOf(text);
  if (key === undefined) return unnamed(sha256(text));
  const { operation: _, traceparent: __, ...change } = name;
  return { key, change: change as ChangeName };
}

/** The key and name of a message that is not a change, from the hash of its bytes. */
const unnamed = (hash: string) => ({ key: `body#${hash}`, change: { hash } });

/** True if a line names its change. */
export const isNamed = ({ id, hash }: ChangeName) => (id ?? hash) !== undefined;

/** The key of the row of the change that a line or an event names. */
export const identityOf = (change: ChangeName) =>
  change.id !== undefined && change.source !== undefined
    ? { key: changeKey({ id: change.id, source: change.source }), change }
    : unnamed(change.hash ?? '');

/** The task of a change, by which its calls are found. */
export const taskOf = ({ subject }: ChangeName) =>
  subject && `${subject.service}#${subject.project_id ?? ''}#${subject.id}`;

/** The most lines that are kept of one change. The newest are kept. */
const MAX_LINES = 200;

/** Adds an item to a list of a change. If the list is full, the oldest is removed. */
export function add<Item>(list: Item[], item: Item): void {
  list.push(item);
  if (list.length > MAX_LINES) list.shift();
}
