import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { LOCAL_WEBHOOK_SECRET } from './local-secrets.ts';

/** The headers with which the local webhook accepts a body, as JSON. The signature is valid for five minutes. */
export function signedHeaders(body: string, now = new Date()) {
  const id = `msg_${randomUUID().replaceAll('-', '')}`;
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(LOCAL_WEBHOOK_SECRET).sign(id, now, body),
  };
}

/** A curl line that sends a change to the local webhook, under a new id. */
export function signedCurl(webhookUrl: string, change: string, now = new Date()): string {
  const body = JSON.stringify({ ...JSON.parse(change), id: `curl-${now.getTime()}` });
  const flags = Object.entries(signedHeaders(body, now)).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  return ['curl -i', ...flags, '--data-raw', quoted(body), webhookUrl].join(' ');
}

/** Text as one word of a POSIX shell. */
const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
