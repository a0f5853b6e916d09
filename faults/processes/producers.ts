import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { LOCAL_WEBHOOK_SECRET } from '../../local/local-secrets.ts';
import type { Stack } from '../../local/stack.ts';
import { groupOf } from '../../src/lib/webhook.ts';
import { PROJECT } from './changes.ts';
import type { Records } from './records.ts';
import type { Sending } from './traffic.ts';

/** A producer waits while so many changes have no result yet. */
const MOST_OPEN = 500;
/** A producer gives up a webhook that so many times in a row took nothing. */
const MOST_POSTS = 100;

/** Sends everything in its order, one after the other, with a bound on what is open. */
export async function sendAll(stack: Stack, sendings: Sending[], records: Records, signal: AbortSignal): Promise<void> {
  for (const sending of sendings) {
    await roomFor(records, signal);
    if (signal.aborted) return;
    records.accept(sending.asked);
    await (sending.way === 'queue' ? enqueue(stack, sending) : post(stack, sending));
  }
}

async function roomFor(records: Records, signal: AbortSignal): Promise<void> {
  while (records.open() >= MOST_OPEN && !signal.aborted) await wait(20);
}

const enqueue = (stack: Stack, sending: Sending) =>
  stack.send(sending.service, sending.text, groupFor(sending), randomUUID());

function groupFor({ service, taskId, aside }: Sending): string {
  const group = groupOf({ service, task_id: taskId, ...(service === 'dcs' && { project_id: PROJECT }) });
  return aside ? createHash('sha256').update(group).digest('hex').slice(0, 32) : group;
}

/** Posts until the webhook has taken it, as a sender does: its worker may be ended in the middle. */
async function post({ webhookUrl }: Stack, { text }: Sending): Promise<void> {
  for (let posts = 0; posts < MOST_POSTS; posts++) {
    const [id, now] = [`msg_${randomUUID()}`, new Date()];
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(LOCAL_WEBHOOK_SECRET).sign(id, now, text),
    };
    const reply = await fetch(webhookUrl, { method: 'POST', headers, body: text });
    if (reply.status === 202) return;
    if (reply.status < 500) throw new Error(`the webhook answered ${reply.status}: ${await reply.text()}`);
    await wait(100);
  }
  throw new Error('the webhook took nothing for a long time');
}
