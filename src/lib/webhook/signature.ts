import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

/** The secret behind WEBHOOK_SECRETS: all signing secrets that are valid now, each `whsec_` and at least 24 bytes in base64. */
export const WebhookSecrets = z.strictObject({
  secrets: z
    .array(
      z
        .string()
        .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, {
          error: 'must be whsec_ followed by base64, as Standard Webhooks defines it',
        })
        .refine((secret) => Buffer.from(secret.slice(6), 'base64').length >= 24, {
          error: 'must hold at least 24 bytes',
        }),
    )
    .min(1)
    .max(5),
});

/** A request to the webhook. Header names are in lower case, and the body has the bytes that were signed. */
export interface WebhookRequest {
  headers: Record<string, string | undefined>;
  body: Buffer;
}

/** The most signatures of one request. A rotation of secrets needs fewer; more would only cost time to verify. */
const MAX_SIGNATURES = 5;

/** False if the headers can't be a signature. This is checked before any secret is read, so that a flood of requests costs little. */
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

/** How far a request's timestamp may differ from now in either direction, in seconds. */
const TOLERANCE = 300;

/**
 * True if one of the request's signatures was made with `secret` over its raw bytes, and its timestamp differs from now by at
 * most five minutes (Standard Webhooks `v1`). A comparison takes the same time wherever the signatures differ.
 */
export function isSigned(secret: string, headers: WebhookRequest['headers'], body: Buffer): boolean {
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': signatures = '' } = headers;
  if (!(Math.abs(Math.floor(Date.now() / 1000) - Number(timestamp)) <= TOLERANCE)) return false;
  const expected = Buffer.from(signatureOf(secret, id, timestamp, body));
  return signatures.split(' ').some((signature) => isEqual(Buffer.from(signature), expected));
}

/** The `v1` signature of a request. */
export function signatureOf(secret: string, id: string, timestamp: string, body: string | Buffer): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  // The body is signed as bytes. standardwebhooks 1.1.1 signs decoded text, in which all invalid UTF-8 looks the same.
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

const isEqual = (one: Buffer, other: Buffer) => one.length === other.length && timingSafeEqual(one, other);
