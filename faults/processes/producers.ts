import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { LOCAL_WEBHOOK_SECRET } from '../../local/local-secrets.ts';
import type { Stack } from '../../local/stack.ts';
import { groupOf } from '../../src/lib/change/message.ts';
import { signedHeaders } from '../../src/operator/stage/signed-headers.ts';
import { PROJECT } from '../draft.ts';
import type { Records } from './records.ts';
import type { PlannedMessage } from './traffic.ts';

/** A producer gives up if the webhook did not accept a change after this many posts. */
const MAX_POSTS = 100;

/** What a producer needs. */
interface ProducerContext {
  stack: Stack;
  planned: PlannedMessage[];
  records: Records;
  /** The most changes without a result at a time. */
  open: number;
  signal: AbortSignal;
}

/** Sends the messages in order, one after the other. It waits while too many changes are open. */
export async function sendAll({ stack, planned, records, open, signal }: ProducerContext): Promise<void> {
  for (const message of planned) {
    while (records.open() >= open && !signal.aborted) await wait(20);
    if (signal.aborted) return;
    records.accept(message.change, message.hasOwnGroup);
    await (message.via === 'queue' ? enqueue(stack, message) : post(stack, message));
  }
}

const enqueue = (stack: Stack, message: PlannedMessage) =>
  stack.send(message.service, message.text, groupFor(message), randomUUID());

function groupFor({ service, subjectId, hasOwnGroup }: PlannedMessage): string {
  const group = groupOf({ service, id: subjectId, ...(service === 'dcs' && { project_id: PROJECT }) });
  return hasOwnGroup ? createHash('sha256').update(group).digest('hex').slice(0, 32) : group;
}

/** Posts until the webhook has accepted the change, as every sender must, because the worker may end in the middle. */
async function post({ webhookUrl }: Stack, { text }: PlannedMessage): Promise<void> {
  for (let posts = 0; posts < MAX_POSTS; posts++) {
    const reply = await fetch(webhookUrl, {
      method: 'POST',
      headers: signedHeaders(LOCAL_WEBHOOK_SECRET, text),
      body: text,
    });
    if (reply.status === 202) return;
    if (reply.status < 500) throw new Error(`the webhook answered ${reply.status}: ${await reply.text()}`);
    await wait(100);
  }
  throw new Error(`the webhook did not accept a change after ${MAX_POSTS} posts`);
}
