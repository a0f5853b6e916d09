import { JSON_MEDIA_TYPE, readMediaType } from '../change/media-type.ts';
import { bindingOf, hasAttributes } from './binary-mode.ts';
import { problem, type WebhookReply } from './problem-details.ts';
import type { WebhookRequest } from './signature.ts';

/** Where the attributes of an event are: in the body with its data (one event or a batch), or in headers. */
export type ContentMode = 'structured' | 'binary';

/** The content mode of a signed request, or the reply that refuses a body that is compressed or not declared as JSON. */
export function contentModeOf(headers: WebhookRequest['headers']): ContentMode | WebhookReply {
  const { 'content-type': contentType = '', 'content-encoding': encoding = 'identity' } = headers;
  if (!/^(?:identity)?$/i.test(encoding)) return UNSUPPORTED_ENCODING;
  const type = readMediaType(contentType);
  if (type === undefined || !UTF_8.has(type.charset ?? 'utf-8')) return UNSUPPORTED_TYPE;
  if (EVENTS.has(type.name)) return 'structured';
  if (hasAttributes(headers) && JSON_MEDIA_TYPE.test(contentType)) return binary(headers);
  return type.name === 'application/json' ? 'structured' : UNSUPPORTED_TYPE;
}

/** UTF-8, its usual misspelling, and ASCII, which is a part of it. */
const UTF_8 = new Set(['utf-8', 'utf8', 'us-ascii']);
const EVENTS = new Set(['application/cloudevents+json', 'application/cloudevents-batch+json']);

const binary = (headers: WebhookRequest['headers']) =>
  headers['webhook-id'] === bindingOf(headers) ? 'binary' : UNBOUND;

const UNSUPPORTED_ENCODING = problem(415, 'unsupported-encoding', 'The body must be sent without a content encoding.');
const UNSUPPORTED_TYPE = problem(
  415,
  'unsupported-media-type',
  'The content type must be application/cloudevents+json or application/json, in UTF-8.',
);
const UNBOUND = problem(
  415,
  'unbound-attributes',
  'The signature does not cover the ce- headers. Send the event in structured mode (application/cloudevents+json), or in binary mode with a webhook-id made of ce_ and the SHA-256 of the ce- headers, as docs/producer.md shows.',
);
