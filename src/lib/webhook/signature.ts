import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

/** The secret behind WEBHOOK_SECRETS: all that are valid now, each `whsec_` and at least 24 bytes in base64. */
export const WebhookSecrets = z.strictObject({
  secrets: z
    .array(
      z
        .string()
        .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, { error: 'must be a prefix and base64, as Standard Webhooks has it' })
        .refine((secret) => Buffer.from(secret.slice(6), 'base64').length >= 24, {
          error: 'must hold at least 24 bytes',
        }),
    )
    .min(1)
    .max(5),
});

/** A request as the webhook sees it: header names in lower case, the body's bytes as they were signed. */
export interface WebhookRequest {
  headers: Record<string, string | undefined>;
  body: Buffer;
}

/** More than this is nobody's rotation, only a flood to verify. */
const MAX_SIGNATURES = 5;

/** Refuses before any secret is read what can't be a signature, so that a flood costs little. */
export function isPlausible(headers: WebhookRequest['headers']): boolean {
  const id = headers['webhook-id'] ?? '';
  const signatures = (headers['webhook-signature'] ?? '').split(' ');
  return (
    /^[\x21-\x2d\x2f-\x7e]{1,256}$/.test(id) &&
    /^\d{10}$/.test(headers['webhook-timestamp'] ?? '') &&
    signatures.length <= MAX_SIGNATURES &&
    signatures.some((signature) => /^v1,[A-Za-z0-9+/]{43}=$/.test(signature))
  );
}

/** How far a request's time may lie from now in either direction, in seconds. */
const TOLERANCE = 300;

/**
 * True if one of the request's signatures was made with `secret` over its raw bytes, at most five minutes from now: Standard
 * Webhooks `v1`. Each comparison takes the same time wherever the signatures differ.
 */
export function isSigned(secret: string, headers: WebhookRequest['headers'], body: Buffer): boolean {
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': signatures = '' } = headers;
  if (!(Math.abs(Math.floor(Date.now() / 1000) - Number(timestamp)) <= TOLERANCE)) return false;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  // The body goes in as bytes: standardwebhooks 1.1.1 signs it as decoded text, in which all bytes that are no UTF-8 are one.
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  const expected = Buffer.from(`v1,${mac}`);
  return signatures.split(' ').some((signature) => isEqual(Buffer.from(signature), expected));
}

const isEqual = (one: Buffer, other: Buffer) => one.length === other.length && timingSafeEqual(one, other);
