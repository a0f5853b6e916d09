import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { LOCAL_WEBHOOK_SECRET } from './local-secrets.ts';

/** A curl line that sends a change under a new id to the local webhook. Its signature is valid for five minutes. */
export function signedCurl(webhookUrl: string, change: string, now = new Date()): string {
  const body = JSON.stringify({ ...JSON.parse(change), id: `curl-${now.getTime()}` });
  const id = `msg_${randomUUID().replaceAll('-', '')}`;
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(LOCAL_WEBHOOK_SECRET).sign(id, now, body),
  };
  const flags = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  return ['curl -i', ...flags, '--data-raw', quoted(body), webhookUrl].join(' ');
}

/** Text as one word of a POSIX shell. */
const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
