import { randomUUID } from 'node:crypto';
import { signatureOf } from '../../lib/webhook/signature.ts';

/** The headers with which a webhook accepts a body (Standard Webhooks). The signature is valid for five minutes. */
export function signedHeaders(secret: string, body: string, now = new Date()) {
  const id = `msg_${randomUUID().replaceAll('-', '')}`;
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return {
    'content-type': 'application/cloudevents+json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatureOf(secret, id, timestamp, body),
  };
}
