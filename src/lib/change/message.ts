import { type JsonObject, writeJson } from '../json/exact-json.ts';
import type { Service, Subject } from '../operations/operation.ts';
import { canonical, only, sha256 } from './fingerprint.ts';
import type { ValidChange } from './validate.ts';

/** A message for a service's queue. */
export interface Message {
  service: Service;
  body: string;
  group: string;
  deduplicationId: string;
}

/** The message for a change: the attributes that the relay reads, and `more`. Integers keep all their digits. */
export function messageOf({ event, operation, subject }: ValidChange, more: JsonObject = {}): Message {
  const { revision, ...attributes } = event;
  const { id, source, type, sequence, data } = attributes;
  const named = revision === undefined ? undefined : { revision };
  return {
    service: operation.service,
    // JSON allows these characters unescaped. SQS refuses the last two, and some local queues all above U+FFFF.
    body: writeJson({ specversion: '1.0', ...attributes, ...more } as JsonObject).replace(
      /[\ud800-\udfff\ufffe\uffff]/g,
      escapeCharacter,
    ),
    group: groupOf(subject),
    deduplicationId: sha256(canonical([source, id, type, sequence ?? null, data, ...only(named)])),
  };
}

const escapeCharacter = (character: string) => `\\u${character.charCodeAt(0).toString(16)}`;

/**
 * The message group of a subject: its changes are processed in order, and those of other subjects don't wait for them. The
 * case of the letters A to Z does not count, so that a subject has one group however its id is written. docs/producer.md has the
 * same formula for a shell, whose `tr` knows no other letters.
 */
export const groupOf = ({ service, project_id = '', id }: Omit<Subject, 'kind'>) =>
  sha256(`${service}\n${project_id}\n${id}`.replaceAll(/[A-Z]+/g, (capitals) => capitals.toLowerCase())).slice(0, 32);
