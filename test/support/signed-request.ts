import { createHmac } from 'node:crypto';
import type { WebhookRequest } from '../../src/lib/webhook/signature.ts';

/** The time at which all requests of these tests arrive, in seconds. */
export const NOW = Date.UTC(2026, 1, 3, 9, 29) / 1000;

const secretOf = (text: string) => `whsec_${Buffer.from(text.padEnd(32, '-')).toString('base64')}`;
export const SECRET = secretOf('CANARY-SECRET-NEW');
export const OLD_SECRET = secretOf('CANARY-SECRET-OLD');
export const FOREIGN_SECRET = secretOf('CANARY-SECRET-FOREIGN');

/** A valid event. Texts that a refusal must never repeat are marked. */
export const EVENT = {
  specversion: '1.0',
  id: 'CANARY-ID',
  source: '/CANARY/source',
  type: 'migration.dcs.migration-task.update',
  data: {
    project_id: '0123456789abcdef0123456789abcdef',
    task_id: 'b21989ec-2889-4b8e-99db-19c073425ec2',
    body: { resume_mode: 'manual' },
  },
};
export const BODY = JSON.stringify(EVENT);

/** `v1` of Standard Webhooks over the bytes as they are. */
export function sign(secret: string, id: string, time: string, body: string | Buffer): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest('base64')}`;
}

export interface Signing {
  body?: string | Buffer;
  secret?: string;
  id?: string;
  time?: string;
  /** Headers that replace those of the signed request; undefined removes one. */
  headers?: Record<string, string | undefined>;
  /** Bytes that arrive in place of the signed ones. */
  arrives?: string | Buffer;
}

/** A request signed for its id, time and body, and then changed on its way. */
export function signedRequest(given: Signing = {}): WebhookRequest {
  const { body, secret, id, time, headers, arrives } = {
    ...{ body: BODY, secret: SECRET, id: 'msg_CANARY', time: String(NOW), headers: {}, arrives: undefined },
    ...given,
  };
  return {
    headers: {
      'content-type': 'application/cloudevents+json',
      'webhook-id': id,
      'webhook-timestamp': time,
      'webhook-signature': sign(secret, id, time, body),
      ...headers,
    },
    body: Buffer.from(arrives ?? body),
  };
}
