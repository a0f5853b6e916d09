import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { messageOf } from '../../lib/change/message.ts';
import type { ValidChange } from '../../lib/change/validate.ts';
import type { JsonObject } from '../../lib/json/exact-json.ts';
import { readShape } from '../../lib/secrets/secret-shape.ts';
import { WebhookSecrets } from '../../lib/webhook/signature.ts';
import { OperatorError, usage } from '../fault.ts';
import { signedHeaders } from './signed-headers.ts';
import type { Stage } from './stage.ts';

/** The way in which a change is sent to the relay. */
export interface Way {
  via: 'queue' | 'webhook';
  url?: string | undefined;
  secretFile?: string | undefined;
}

/** The way that an option names. Throws an OperatorError for any other word. */
export function readWay(via: string, url?: string, secretFile?: string): Way {
  if (via === 'queue' || via === 'webhook') return { via, url, secretFile };
  throw usage('--via: not a way to send', { got: `"${via}"`, allowed: 'queue or webhook' });
}

/** Sends one valid change. `more` are attributes beside those that the relay reads. */
export async function sendChange(stage: Stage, change: ValidChange, way: Way, more: JsonObject = {}): Promise<void> {
  const { service, body, group } = messageOf(change, more);
  if (way.via === 'webhook') return post(await webhookOf(stage, way), body);
  const QueueUrl = await stage.queueOf(service);
  // The queue must not drop a change that is sent again on purpose. The ledger recognises repeats.
  const ids = { MessageGroupId: group, MessageDeduplicationId: randomUUID() };
  await (await stage.clients.sqs()).sendMessage({ QueueUrl, MessageBody: body, ...ids });
}

interface Webhook {
  url: string;
  secret: string;
}

async function webhookOf(stage: Stage, { url, secretFile }: Way): Promise<Webhook> {
  return {
    url: url ?? (await webhookUrlOf(stage)),
    secret: secretFile === undefined ? await ownSecret(stage) : (await readFile(secretFile, 'utf8')).trim(),
  };
}

/** The address of a stage's webhook. Throws an OperatorError if it can't be found. */
export async function webhookUrlOf({ name, clients, local }: Stage): Promise<string> {
  if (local) return local.webhookUrl;
  const gateways = await clients.gateways();
  let token: string | undefined;
  do {
    const { Items = [], NextToken } = await gateways.getApis({ NextToken: token });
    const found = Items.find((api) => api.Name === `${name}-migration-relay`);
    if (found) return `${found.ApiEndpoint}/changes`;
    token = NextToken;
  } while (token !== undefined);
  throw usage('the webhook of this stage was not found', { fix: '--url https://…/changes' });
}

async function ownSecret(stage: Stage): Promise<string> {
  const reference = (await stage.settings('webhook'))?.WEBHOOK_SECRETS;
  if (reference === undefined) throw usage("the stage's webhook secret was not found", { fix: '--secret-file FILE' });
  const { secrets } = readShape('WEBHOOK_SECRETS', WebhookSecrets, await stage.clients.secret(reference));
  return secrets[0] ?? '';
}

async function post({ url, secret }: Webhook, body: string): Promise<void> {
  const headers = signedHeaders(secret, body);
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
  if (response.ok) return;
  const { detail } = (await response.json().catch(() => ({}))) as { detail?: string };
  const isRefused = response.status === 401 || response.status === 403;
  throw new OperatorError('webhook_refused', isRefused ? 'denied' : 'broken', [
    { message: detail ?? 'the webhook did not accept the change', why: `HTTP ${response.status}` },
  ]);
}
