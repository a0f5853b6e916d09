import { randomUUID } from 'node:crypto';
import type { ValidationSettings } from '../../src/lib/change/validate.ts';
import { signedHeaders } from '../../src/operator/stage/signed-headers.ts';
import { type GivenState, putSubject } from '../../src/operator/stage/simulator-tasks.ts';
import { LOCAL_WEBHOOK_SECRET } from '../local-secrets.ts';
import { wayOf } from '../samples.ts';
import type { Stack } from '../stack.ts';

/** A text to send, which may be invalid. */
interface Submission {
  text: string;
  via: 'queue' | 'webhook';
  /** True for an invalid signature, if it is sent to the webhook. */
  unsigned?: boolean;
  /** Puts the task into the state that a sample needs. */
  given?: GivenState;
}

/** What happened when the text was sent: it was accepted, or the webhook refused it with a reason. */
type SendReceipt = { accepted: true } | { accepted: false; status: number; detail: string };

/** Sends texts as their producers do. */
export function createSender(stack: Stack, settings: ValidationSettings) {
  return async ({ text, via, unsigned = false, given }: Submission): Promise<SendReceipt> => {
    const { subject, group } = wayOf(text, settings);
    if (given) await putSubject(stack.simulatorUrl, subject, given);
    if (via === 'webhook') return post(stack.webhookUrl, text, unsigned);
    // The queue must not drop a text that is sent again on purpose. The ledger recognises repeats.
    await stack.send(subject.service, text, group, randomUUID());
    return { accepted: true };
  };
}
export type Sender = ReturnType<typeof createSender>;

async function post(url: string, body: string, unsigned: boolean): Promise<SendReceipt> {
  const headers = signedHeaders(LOCAL_WEBHOOK_SECRET, unsigned ? `${body} ` : body);
  const response = await fetch(url, { method: 'POST', headers, body });
  if (response.ok) return { accepted: true };
  const { detail = '' } = (await response.json().catch(() => ({}))) as { detail?: string };
  return { accepted: false, status: response.status, detail };
}
