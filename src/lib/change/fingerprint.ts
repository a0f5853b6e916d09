import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { InexactNumber } from '../json/exact-json.ts';

/** The secret behind FINGERPRINT_KEYS: the current key and all older keys that rows still use, each at least 32 bytes in base64. */
export const FingerprintKeys = z
  .strictObject({ current: z.string().min(1).max(32), keys: z.record(z.string(), z.base64().min(44)) })
  .refine(({ current, keys }) => Object.hasOwn(keys, current), { error: 'current must name one of keys' });
export type FingerprintKeys = z.infer<typeof FingerprintKeys>;

export interface Fingerprint {
  keyId: string;
  mac: string;
}

/** The part of a change that its fingerprint covers. `time` and `traceparent` are not in it, so that a sender's retry may change them. */
interface Content {
  type: string;
  sequence?: string | undefined;
  data: unknown;
  /** The API revision that the change itself names. The default is not covered, because it may change between two deliveries. */
  revision?: string | undefined;
  /** The envelope of an event whose envelope is invalid, so that it differs from every valid change. */
  envelope?: unknown;
}

/** The HMAC-SHA256 of a change's content, under the current key or the one of `keyId`. Undefined if that key no longer exists. */
export function fingerprint(keys: FingerprintKeys, content: Content, keyId = keys.current): Fingerprint | undefined {
  const key = Object.hasOwn(keys.keys, keyId) ? keys.keys[keyId] : undefined;
  if (key === undefined) return undefined;
  const { type, sequence = '', data, envelope, revision } = content;
  const text = canonical([
    type,
    sequence,
    data,
    ...only(envelope),
    ...only(revision === undefined ? undefined : { revision }),
  ]);
  return { keyId, mac: createHmac('sha256', keyObject(key)).update(text).digest('hex') };
}

/** An absent value adds nothing, so that the fingerprints of changes without a revision stay the same. */
export const only = (value: unknown): unknown[] => (value === undefined ? [] : [value]);

/** The SHA-256 of a text or of bytes, in hex. */
export function sha256(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}

/** Equal JSON gives equal text: members are sorted by code unit, null members are left out, numbers are written by their digits. */
export function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return canonicalScalar(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  return value instanceof InexactNumber ? `#${value.source}` : canonicalObject(value as Record<string, unknown>);
}

const canonicalScalar = (value: unknown) => (typeof value === 'string' ? JSON.stringify(value) : String(value ?? null));

function canonicalObject(object: Record<string, unknown>): string {
  let members = '';
  for (const name of Object.keys(object).sort()) {
    const value = object[name];
    if (value === null || value === undefined) continue;
    members += `${members && ','}${quote(name)}:${canonical(value)}`;
  }
  return `{${members}}`;
}

/** Names in quotes. They are kept because changes have the same few names, and quoting them each time is expensive. */
const quotedNames = new Map<string, string>();
const MAX_NAMES = 1000;
const MAX_NAME = 64;
function quote(name: string): string {
  const known = quotedNames.get(name);
  if (known !== undefined) return known;
  const text = JSON.stringify(name);
  if (quotedNames.size < MAX_NAMES && name.length <= MAX_NAME) quotedNames.set(name, text);
  return text;
}

/** Keys by their base64 text. They are kept because making one costs as much as the HMAC itself. */
const keyObjects = new Map<string, KeyObject>();
function keyObject(base64: string): KeyObject {
  const key = keyObjects.get(base64) ?? createSecretKey(base64, 'base64');
  keyObjects.set(base64, key);
  return key;
}
