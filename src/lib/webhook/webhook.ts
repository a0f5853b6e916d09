import { MAX_BYTES, parse } from '../change/body.ts';
import { type Change, readEvent } from '../change/change.ts';
import { examine, type IntakeSettings } from '../change/examine.ts';
import type { Problem } from '../change/problem.ts';
import { type Message, messageOf } from '../queue/message.ts';
import { restAfterFailure } from '../secrets/secrets.ts';
import { problem, type WebhookReply } from './problem-details.ts';
import { isPlausible, isSigned, type WebhookRequest } from './webhook-signature.ts';

export interface WebhookEdges {
  secrets(): Promise<string[]>;
  /** Queues all messages, or throws; a sender's repeat is harmless since the queue knows each deduplication id. */
  enqueue(messages: Message[]): Promise<void>;
  intake: IntakeSettings;
}

const MOST_CHANGES = 100;
/** A batch can hold tens of thousands of faults, and the function's reply is bounded. */
const MOST_PROBLEMS = 100;
/** After a failure the secrets are read again at most this often, in milliseconds; a sender's own repeats come later. */
const SECRETS_REST = 60_000;
const MEDIA_TYPE = /^application\/(?:cloudevents\+json|cloudevents-batch\+json|json)\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/**
 * Takes a signed CloudEvent or a batch of them: verify, validate, queue, 202. Nothing is queued unless everything is valid.
 * Standard Webhooks signatures; RFC 9457 problem details.
 */
export function createWebhook(edges: WebhookEdges): (request: WebhookRequest) => Promise<WebhookReply> {
  const secrets = restAfterFailure(() => edges.secrets(), SECRETS_REST);
  return async (request) => {
    const refusal = await verify(secrets, request);
    if (refusal) return refusal;
    const posted = eventsOf(request.body);
    return 'problem' in posted ? invalid([posted.problem]) : accept(edges, posted);
  };
}

interface Posted {
  events: unknown[];
  isBatch: boolean;
}

function eventsOf(body: Buffer): Posted | { problem: Problem } {
  const text = decode(body);
  if (text === undefined) return { problem: { path: '', message: 'must be UTF-8' } };
  const parsed = parse(text);
  if ('problem' in parsed) return parsed;
  const isBatch = Array.isArray(parsed.value);
  const events: unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  const fits = events.length > 0 && events.length <= MOST_CHANGES;
  return fits ? { events, isBatch } : { problem: { path: '', message: `must hold 1 to ${MOST_CHANGES} changes` } };
}

async function accept(edges: WebhookEdges, { events, isBatch }: Posted): Promise<WebhookReply> {
  const judged = events.map((event, index) => judge(event, edges.intake, isBatch ? `${index}` : ''));
  const problems = judged.flatMap((one) => ('problems' in one ? one.problems : []));
  if (problems.length > 0) return invalid(problems.slice(0, MOST_PROBLEMS));
  const accepted = judged.filter((one) => 'message' in one);
  try {
    await edges.enqueue(accepted.map(({ message }) => message));
  } catch (cause) {
    const detail = 'The queue did not take every change; send the same request again.';
    return { ...problem(503, 'queue-unavailable', detail), cause };
  }
  const changes = accepted.map(({ change: { id, source } }) => ({ id, source }));
  return { status: 202, type: 'application/json', body: { changes } };
}

type Judged = { message: Message; change: Change } | { problems: Problem[] };

/** The message of one event, or what is wrong with it; `index` is the event's place in a batch. */
function judge(event: unknown, intake: IntakeSettings, index: string): Judged {
  const examined = examine(readEvent(event), intake);
  if (examined.kind === 'refusal') return { problems: examined.problems.map(placed(index)) };
  const message = messageOf(examined);
  // Escaping may have made it longer than what came, and the relay would refuse it nameless.
  if (Buffer.byteLength(message.body) > MAX_BYTES) return { problems: [placed(index)(TOO_LONG)] };
  return { message, change: examined.change };
}

const TOO_LONG = { path: '', message: `must be at most ${MAX_BYTES} bytes as the queue carries it` };
const placed =
  (index: string) =>
  ({ path, message }: Problem): Problem => ({
    path: [index, path].filter((part) => part !== '').join('.'),
    message,
  });

/** Undefined when the request's signature is good. All failures of a signature look the same. */
async function verify(
  read: WebhookEdges['secrets'],
  { headers, body }: WebhookRequest,
): Promise<WebhookReply | undefined> {
  if (body.length === 0) return invalid([{ path: '', message: 'must not be empty' }]);
  if (body.length > MAX_BYTES) return problem(413, 'too-large', `The body must be at most ${MAX_BYTES} bytes.`);
  if (!isPlausible(headers)) return unsigned();
  let secrets: string[];
  try {
    secrets = await read();
  } catch (cause) {
    const detail = 'The request could not be verified now; send it again.';
    return { ...problem(503, 'secrets-unavailable', detail), cause };
  }
  if (!secrets.some((secret) => isSigned(secret, headers, body))) return unsigned();
  return unsupported(headers);
}

/** A body that is compressed, or says that it is no JSON, is refused although it is signed. */
function unsupported(headers: WebhookRequest['headers']): WebhookReply | undefined {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers;
  if (encoding.toLowerCase() !== 'identity')
    return problem(415, 'unsupported-encoding', 'The body must be sent without a content encoding.');
  if (MEDIA_TYPE.test(type)) return undefined;
  const detail = 'The content type must be application/cloudevents+json or application/json.';
  return problem(415, 'unsupported-media-type', detail);
}

function decode(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

const unsigned = () =>
  problem(401, 'signature', 'The request is not signed with a secret that is known here, or not in time.');

const invalid = (problems: Problem[]) =>
  problem(400, 'invalid-change', 'Nothing was queued, because something in the request is no valid change.', {
    problems,
  });
