import { randomBytes } from 'node:crypto';
import { FingerprintKeys } from '../src/lib/change/fingerprint.ts';
import { inspectCredential } from '../src/lib/functions/secret-check.ts';
import type { Service } from '../src/lib/operations/operation.ts';
import { ROW_DAYS } from '../src/lib/relay/times.ts';
import { readShape } from '../src/lib/secrets/secret-shape.ts';
import { WebhookSecrets } from '../src/lib/webhook/signature.ts';

/** The three secrets of a stage. */
export const KINDS = ['provider', 'fingerprint', 'webhook'] as const;
export type Kind = (typeof KINDS)[number];
/** The secrets whose values this script can generate. A provider's credential comes from the provider. */
export type GeneratedKind = Exclude<Kind, 'provider'>;

/** Checks a value by the shape that the functions require. Throws a SecretShapeError that names what is wrong, but never a value. */
export function check(kind: Kind, text: string, services: readonly Service[] = []): void {
  if (kind === 'provider') inspectCredential(text, services);
  if (kind === 'fingerprint') readShape('FINGERPRINT_KEYS', FingerprintKeys, text);
  if (kind === 'webhook') readShape('WEBHOOK_SECRETS', WebhookSecrets, text);
}

const webhookSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
/** The name of a key is the second in which it was made, so that it shows the key's age. */
const keyName = (now: Date) => `k${now.toISOString().replaceAll(/\D/g, '').slice(0, 14)}`;

/** The first value of a secret. */
export function createValue(kind: GeneratedKind, now: Date): string {
  if (kind === 'webhook') return JSON.stringify({ secrets: [webhookSecret()] });
  return JSON.stringify(withKey({}, now));
}

function withKey(keys: Record<string, string>, now: Date): FingerprintKeys {
  const current = keyName(now);
  return { current, keys: { ...keys, [current]: randomBytes(32).toString('base64') } };
}

/** Adds a new value. The old ones stay valid, because senders change over in their own time and rows name their key. */
export function rotateValue(kind: GeneratedKind, text: string, now: Date): string {
  if (kind === 'fingerprint')
    return JSON.stringify(withKey(readShape('FINGERPRINT_KEYS', FingerprintKeys, text).keys, now));
  const { secrets } = readShape('WEBHOOK_SECRETS', WebhookSecrets, text);
  return JSON.stringify({ secrets: [webhookSecret(), ...secrets].slice(0, 5) });
}

/** Removes what is no longer needed: all webhook secrets but the newest, and all keys whose last row is gone. */
export function retireValue(kind: GeneratedKind, text: string, now: Date): string {
  if (kind === 'webhook')
    return JSON.stringify({ secrets: readShape('WEBHOOK_SECRETS', WebhookSecrets, text).secrets.slice(0, 1) });
  const { current, keys } = readShape('FINGERPRINT_KEYS', FingerprintKeys, text);
  // A key is used until the next one is made, so its last row may be as young as that.
  const since = new Date(now.getTime() - ROW_DAYS * 86_400_000);
  const isNeeded = (name: string, next: string | undefined) =>
    name === current || !/^k\d{14}$/.test(name) || next === undefined || next >= keyName(since);
  const names = Object.keys(keys).sort();
  const neededNames = names.filter((name, index) => isNeeded(name, names[index + 1]));
  return JSON.stringify({ current, keys: Object.fromEntries(neededNames.map((name) => [name, keys[name]])) });
}
