import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { readChange } from '../../src/lib/change/change.ts';
import { groupOf } from '../../src/lib/change/message.ts';
import { type ValidationSettings, validate } from '../../src/lib/change/validate.ts';
import { LOCAL_WEBHOOK_SECRET } from '../local-secrets.ts';
import { type Sample, wayOf } from '../samples.ts';
import type { Stack } from '../stack.ts';
import type { SimulatorTap } from './simulator-tap.ts';

/** A text to send, which may be invalid. */
export interface Sending {
  text: string;
  via: 'queue' | 'webhook';
  /** True to send it with an invalid signature to the webhook. */
  unsigned?: boolean;
  /** Puts the task into the state that a sample needs. */
  given?: Pick<NonNullable<Sample['given']>, 'service' | 'state'>;
}

/** What happened before any result: the text was accepted, or the webhook refused it with a reason. */
type SendReceipt = { taken: true } | { taken: false; status: number; detail: string };

/** Sends texts as their producers do. */
export function createSender(stack: Stack, simulator: SimulatorTap, settings: ValidationSettings) {
  const groupFor = (text: string) => {
    const examined = validate(readChange(text), settings);
    const way = wayOf(text);
    if (examined.kind === 'invalid') return way;
    return { service: examined.operation.service, group: groupOf(examined.subject) };
  };
  return async ({ text, via, unsigned = false, given }: Sending): Promise<SendReceipt> => {
    if (given) await simulator.putTask(wayOf(text).taskPath, taskIn(given));
    if (via === 'webhook') return post(stack.webhookUrl, text, unsigned);
    const { service, group } = groupFor(text);
    // The queue must not drop what is sent again on purpose. The ledger recognises repeats.
    await stack.send(service, text, group, randomUUID());
    return { taken: true };
  };
}
export type Sender = ReturnType<typeof createSender>;

/** A new task of the simulator in a state. */
export const taskIn = ({ service, state }: { service: 'dcs' | 'sms'; state: string }) =>
  service === 'dcs' ? { status: state } : { state };

async function post(url: string, body: string, unsigned: boolean): Promise<SendReceipt> {
  const id = `msg_${randomUUID().replaceAll('-', '')}`;
  const now = new Date();
  const signature = new Webhook(LOCAL_WEBHOOK_SECRET).sign(id, now, unsigned ? `${body} ` : body);
  const headers = {
    'content-type': 'application/cloudevents+json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': signature,
  };
  const response = await fetch(url, { method: 'POST', headers, body });
  if (response.ok) return { taken: true };
  const { detail = '' } = (await response.json().catch(() => ({}))) as { detail?: string };
  return { taken: false, status: response.status, detail };
}
