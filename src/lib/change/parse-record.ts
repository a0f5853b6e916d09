import type { Subject } from '../operations/operation.ts';
import { type ChangeEvent, readChange } from './change.ts';
import { type Fingerprint, type FingerprintKeys, fingerprint, sha256 } from './fingerprint.ts';
import { type InvalidChange, type ValidationSettings, type ValidChange, validate } from './validate.ts';

/** The key of a change's row in the ledger, and the fingerprint by which the ledger recognises its content. */
interface Identity {
  key: string;
  fingerprint: Fingerprint;
}
export type ValidRecord = ValidChange & Identity;
export type InvalidRecord = InvalidChange & Identity;

/** Turns a queue message's body into a valid or an invalid change. Never throws, whatever the body holds. */
export function parseRecord(
  body: string,
  keys: FingerprintKeys,
  settings: ValidationSettings,
): ValidRecord | InvalidRecord {
  const change = validate(readChange(body), settings);
  if (change.kind === 'invalid' && change.code === 'heartbeat') return { ...change, ...identityOfHeartbeat(change) };
  if (change.event) return { ...change, ...identityOf(change.event, keys) };
  const hash = sha256(body);
  return { ...change, key: `body#${hash}`, fingerprint: { keyId: 'sha256', mac: hash }, name: { hash } };
}

/** The key of the row of the change in a message's body. Undefined if the body is not a change. */
export function keyOf(body: string): string | undefined {
  const reading = readChange(body);
  return reading.kind === 'unreadable' ? undefined : changeKey(reading.event);
}

/** The key of a change's row in the ledger. */
export const changeKey = ({ source, id }: Pick<ChangeEvent, 'source' | 'id'>) => `change#${sha256(`${source}\n${id}`)}`;

function identityOf(event: NonNullable<InvalidChange['event']>, keys: FingerprintKeys): Identity {
  const current = fingerprint(keys, event);
  if (!current) throw new Error('the current fingerprint key is missing');
  return { key: changeKey(event), fingerprint: current };
}

/** The row of a heartbeat is renewed for as long as the stage runs, so no key of fingerprints may be needed for it. */
function identityOfHeartbeat({ name: { id = '', source = '' } }: InvalidChange): Identity {
  const key = changeKey({ id, source });
  return { key, fingerprint: { keyId: 'sha256', mac: sha256(key) } };
}

/** The key of a subject's row in the ledger. The case of letters in its ids does not count, as for its message group. */
export const subjectKey = ({ service, kind, id, project_id = '' }: Subject) =>
  `subject#${service}#${kind}#${project_id}#${id}`.toLowerCase();
