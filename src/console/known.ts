import type { Replayed, Resolved } from '../contracts/operator-events.ts';
import { readChange } from '../lib/change/change.ts';
import { sha256 } from '../lib/change/fingerprint.ts';
import { changeKey, keyOf } from '../lib/change/parse-record.ts';
import { type ValidationSettings, validate } from '../lib/change/validate.ts';
import type { Result } from '../lib/relay/result-schema.ts';
import type { ChangeName, RecordLine } from '../operator/story/evidence.ts';

/** All that the taps told of one change. */
export interface KnownChange {
  /** The key of its row in the ledger; one more mark behind it for other content under the same name. */
  key: string;
  change: ChangeName;
  /** When it was heard of first; milliseconds since 1970. */
  at: number;
  /** The body as it was sent last. */
  text?: string;
  /** How often it was sent, and when it was handed to a function first and last. */
  sent: number;
  begun?: number;
  delivered?: number;
  lines: RecordLine[];
  /** What queue and function had to say beside the relay's own lines. */
  notes: Note[];
  words: (Resolved | Replayed)[];
  result?: Result;
  /** The result byte for byte, and how often the bus took it. */
  resultText?: string;
  published: number;
  /** Why it lies among the dead letters, if it does. */
  dead?: DeadLetter;
  /** One of the samples that every start sends to prove itself. */
  proof: boolean;
  /** The update in which it changed last. */
  version: number;
}

/** Something that the stack saw happen to a change. */
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

/** What a message's body is about: the key of its row, and how it is called. */
export function subjectOf(text: string, settings: ValidationSettings): { key: string; change: ChangeName } {
  const { name } = validate(readChange(text), settings);
  const key = keyOf(text);
  if (key === undefined) return unnamed(sha256(text));
  const { operation: _, traceparent: __, ...change } = name;
  return { key, change: change as ChangeName };
}

/** Something that is no change goes by the hash of its bytes. */
export const unnamed = (hash: string) => ({ key: `body#${hash}`, change: { hash } });

/** False for a change of which a line knows nothing. */
export const isNamed = ({ id, hash }: ChangeName) => (id ?? hash) !== undefined;

/** The key of the row of a change that a line or an event speaks of. */
export const nameOf = (change: ChangeName) =>
  change.id !== undefined && change.source !== undefined
    ? { key: changeKey({ id: change.id, source: change.source }), change }
    : unnamed(change.hash ?? '');

/** How a link names a change: by its id, or by the start of its hash. */
export const refOf = ({ id, hash = '' }: ChangeName) => id ?? `sha256:${hash.slice(0, 16)}`;

/** What joins the changes of one subject with the calls that were made on it. */
export const taskOf = ({ subject }: ChangeName) =>
  subject && `${subject.service}#${subject.project_id ?? ''}#${subject.id}`;

/** Lines kept of one change; the newest tell its story. */
const MAX_LINES = 200;

/** Adds to what is kept of a change; the oldest goes first. */
export function add<Item>(list: Item[], item: Item): void {
  list.push(item);
  if (list.length > MAX_LINES) list.shift();
}
