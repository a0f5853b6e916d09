import { decodeUtf8, isUtf16 } from '../change/base64-data.ts';
import { MAX_BYTES, parse } from '../change/body.ts';
import { type ChangeEvent, readEvent } from '../change/change.ts';
import { type Message, messageOf } from '../change/message.ts';
import { type ValidationSettings, validate } from '../change/validate.ts';
import type { Problem } from '../json/problem.ts';
import type { Operation, Service } from '../operations/operation.ts';
import { cacheFailure } from '../secrets/secrets.ts';
import { readAttributes } from './binary-mode.ts';
import { type ContentMode, contentModeOf } from './content-mode.ts';
import { problem, type WebhookReply } from './problem-details.ts';
import { isPlausible, isSigned, type WebhookRequest } from './signature.ts';

export interface WebhookDependencies {
  secrets(): Promise<string[]>;
  /** Queues all messages, or throws. A sender's repeat is harmless, because the queue knows each deduplication id. */
  enqueue(messages: Message[]): Promise<void>;
  validation: ValidationSettings;
  /** The services that have a queue. The stage's cloud may lack a service. */
  services: ReadonlySet<Service>;
}

const MAX_CHANGES = 100;
/** The most problems in a reply. A batch can have tens of thousands, and the size of a reply is limited. */
const MAX_PROBLEMS = 100;
/** After a failure, the secrets are not read again for this long, in milliseconds. Senders repeat later than that. */
const SECRETS_COOL_DOWN = 60_000;

/**
 * Takes a signed CloudEvent or a batch of them, or one in binary mode: verify, validate, queue, 202. Nothing is queued unless
 * everything is valid. Signatures are those of Standard Webhooks, and refusals are problem details (RFC 9457).
 */
export function createWebhook(dependencies: WebhookDependencies): (request: WebhookRequest) => Promise<WebhookReply> {
  const secrets = cacheFailure(() => dependencies.secrets(), SECRETS_COOL_DOWN);
  return async (request) => {
    const refusal = await verify(secrets, request);
    if (refusal) return refusal;
    const mode = contentModeOf(request.headers);
    if (typeof mode === 'object') return mode;
    const received = readEvents(request, mode);
    return 'problems' in received ? invalid(received.problems) : accept(dependencies, received);
  };
}

interface RequestEvents {
  events: unknown[];
  isBatch: boolean;
}

function readEvents({ headers, body }: WebhookRequest, mode: ContentMode): RequestEvents | { problems: Problem[] } {
  const text = decodeUtf8(body);
  if (text === undefined) return fault(`must be UTF-8${isUtf16(body) ? ' but is UTF-16' : ''}`);
  const parsed = parse(text);
  if ('problem' in parsed) return { problems: [parsed.problem] };
  if (mode === 'binary') return readBinary(headers, parsed.value);
  if (!Array.isArray(parsed.value)) return { events: [parsed.value], isBatch: false };
  const events: unknown[] = parsed.value;
  return events.length <= MAX_CHANGES ? { events, isBatch: true } : fault(`must hold at most ${MAX_CHANGES} changes`);
}

function readBinary(headers: WebhookRequest['headers'], data: unknown): RequestEvents | { problems: Problem[] } {
  const read = readAttributes(headers);
  if ('problems' in read) return read;
  const event = { ...read.attributes, datacontenttype: headers['content-type'], data };
  return { events: [event], isBatch: false };
}

const fault = (message: string) => ({ problems: [{ path: '', message }] });

async function accept(dependencies: WebhookDependencies, { events, isBatch }: RequestEvents): Promise<WebhookReply> {
  const checks = events.map((event, index) => checkEvent(event, dependencies, isBatch ? `${index}` : ''));
  const problems = checks.flatMap((check) => ('problems' in check ? check.problems : []));
  if (problems.length > 0) return invalid(problems.slice(0, MAX_PROBLEMS));
  const accepted = checks.filter((check) => 'message' in check);
  try {
    await dependencies.enqueue(accepted.map(({ message }) => message));
  } catch (cause) {
    const detail = 'The queue did not accept every change. Send the same request again.';
    return { ...problem(503, 'queue-unavailable', detail), cause };
  }
  const changes = accepted.map(({ event: { id, source } }) => ({ id, source }));
  return { status: 202, type: 'application/json', body: { changes } };
}

type EventCheck = { message: Message; event: ChangeEvent } | { problems: Problem[] };

/** The message of one event, or the problems with it. `index` is the event's place in a batch. */
function checkEvent(event: unknown, { validation, services }: WebhookDependencies, index: string): EventCheck {
  const change = validate(readEvent(event), validation);
  if (change.kind === 'invalid') return { problems: change.problems.map(withIndex(index)) };
  if (!services.has(change.operation.service)) return { problems: [withIndex(index)(serviceAbsent(change.operation))] };
  const message = messageOf(change);
  // Escaping may have made the message too long. The relay would refuse it without the change's id.
  if (Buffer.byteLength(message.body) > MAX_BYTES) return { problems: [withIndex(index)(TOO_LONG)] };
  return { message, event: change.event };
}

const serviceAbsent = ({ service }: Operation): Problem => ({
  path: 'type',
  message: `the cloud of this stage has no ${service.toUpperCase()}, so this stage cannot carry out such a change`,
});
const TOO_LONG = { path: '', message: `must be at most ${MAX_BYTES} bytes in the form in which it is queued` };
const withIndex =
  (index: string) =>
  ({ path, message }: Problem): Problem => ({
    path: [index, path].filter((part) => part !== '').join('.'),
    message,
  });

/** Undefined when the request's signature is good. All failures of a signature look the same. */
async function verify(
  read: WebhookDependencies['secrets'],
  { headers, body }: WebhookRequest,
): Promise<WebhookReply | undefined> {
  if (body.length === 0) return invalid([{ path: '', message: 'must not be empty' }]);
  if (body.length > MAX_BYTES) return problem(413, 'too-large', `The body must be at most ${MAX_BYTES} bytes.`);
  if (!isPlausible(headers)) return refuseUnsigned();
  let secrets: string[];
  try {
    secrets = await read();
  } catch (cause) {
    const detail = 'The request could not be verified now. Send it again.';
    return { ...problem(503, 'secrets-unavailable', detail), cause };
  }
  return secrets.some((secret) => isSigned(secret, headers, body)) ? undefined : refuseUnsigned();
}

const refuseUnsigned = () =>
  problem(401, 'signature', 'The signature is missing or wrong, or the timestamp is more than five minutes off.');

const invalid = (problems: Problem[]) =>
  problem(
    400,
    'invalid-change',
    'Nothing was queued, because the request contains something that is not a valid change.',
    {
      problems,
    },
  );
