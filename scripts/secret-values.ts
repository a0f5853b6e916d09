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
/** Those whose values the relay can make up itself; a provider's credential it can't. */
export type Made = Exclude<Kind, 'provider'>;

/** Throws a SecretShapeError that names what is wrong, never a value; the functions judge by the same shapes, and `services` are those of the stage. */
export function check(kind: Kind, text: string, services: readonly Service[] = []): void {
  if (kind === 'provider') inspectCredential(text, services);
  if (kind === 'fingerprint') readShape('FINGERPRINT_KEYS', FingerprintKeys, text);
  if (kind === 'webhook') readShape('WEBHOOK_SECRETS', WebhookSecrets, text);
}

const webhookSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
/** Keys are named by the second that they were made in, so that their age shows. */
const keyName = (now: Date) => `k${now.toISOString().replaceAll(/\D/g, '').slice(0, 14)}`;

/** A first value. */
export function firstValue(kind: Made, now: Date): string {
  if (kind === 'webhook') return JSON.stringify({ secrets: [webhookSecret()] });
  return JSON.stringify(withKey({}, now));
}

function withKey(keys: Record<string, string>, now: Date): FingerprintKeys {
  const current = keyName(now);
  return { current, keys: { ...keys, [current]: randomBytes(32).toString('base64') } };
}

/** A new value beside the old ones, which stay good: senders change over in their own time, and rows know their key. */
export function rotated(kind: Made, text: string, now: Date): string {
  if (kind === 'fingerprint')
    return JSON.stringify(withKey(readShape('FINGERPRINT_KEYS', FingerprintKeys, text).keys, now));
  const { secrets } = readShape('WEBHOOK_SECRETS', WebhookSecrets, text);
  return JSON.stringify({ secrets: [webhookSecret(), ...secrets].slice(0, 5) });
}

/** Without what is no longer needed: all webhook secrets but the newest, all keys whose last row is gone. */
export function retired(kind: Made, text: string, now: Date): string {
  if (kind === 'webhook')
    return JSON.stringify({ secrets: readShape('WEBHOOK_SECRETS', WebhookSecrets, text).secrets.slice(0, 1) });
  const { current, keys } = readShape('FINGERPRINT_KEYS', FingerprintKeys, text);
  // A key is used until the next one is made, so its last row may be that young.
  const since = new Date(now.getTime() - ROW_DAYS * 86_400_000);
  const isNeeded = (name: string, next: string | undefined) =>
    name === current || !/^k\d{14}$/.test(name) || next === undefined || next >= keyName(since);
  const names = Object.keys(keys).sort();
  const kept = names.filter((name, index) => isNeeded(name, names[index + 1]));
  return JSON.stringify({ current, keys: Object.fromEntries(kept.map((name) => [name, keys[name]])) });
}
