import { Webhook } from 'standardwebhooks';
import * as z from 'zod';

/** The secret behind WEBHOOK_SECRETS: all that are valid now, each `whsec_` and at least 24 bytes in base64. */
export const WebhookSecrets = z.strictObject({
  secrets: z
    .array(
      z
        .string()
        .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, { error: 'must be whsec_ and base64' })
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
const MOST_SIGNATURES = 5;

/** Refuses before any secret is read what can't be a signature, so that a flood costs little. */
export function isPlausible(headers: WebhookRequest['headers']): boolean {
  const id = headers['webhook-id'] ?? '';
  const signatures = (headers['webhook-signature'] ?? '').split(' ');
  return (
    /^[\x21-\x2d\x2f-\x7e]{1,256}$/.test(id) &&
    /^\d{10}$/.test(headers['webhook-timestamp'] ?? '') &&
    signatures.length <= MOST_SIGNATURES &&
    signatures.some((signature) => /^v1,[A-Za-z0-9+/]{43}=$/.test(signature))
  );
}

/** True if one of the request's signatures was made with `secret` over its raw bytes, at most five minutes ago. */
export function isSigned(secret: string, headers: WebhookRequest['headers'], body: Buffer): boolean {
  try {
    const signed = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, headers[name] ?? '']);
    new Webhook(secret).verify(body, Object.fromEntries(signed), { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}
