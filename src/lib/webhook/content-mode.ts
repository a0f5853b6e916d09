import { JSON_MEDIA_TYPE, readMediaType } from '../change/media-type.ts';
import { bindingOf, hasAttributes } from './binary-mode.ts';
import { problem, type WebhookReply } from './problem-details.ts';
import type { WebhookRequest } from './signature.ts';

/** Where the attributes of an event stand: in the body beside its data, one event or a batch of them, or in headers. */
export type ContentMode = 'structured' | 'binary';

/** The mode of a signed request; a reply for a body that is compressed, or that says that it is no JSON. */
export function contentModeOf(headers: WebhookRequest['headers']): ContentMode | WebhookReply {
  const { 'content-type': given = '', 'content-encoding': encoding = 'identity' } = headers;
  if (!/^(?:identity)?$/i.test(encoding)) return UNSUPPORTED_ENCODING;
  const type = readMediaType(given);
  if (type === undefined || !UTF_8.has(type.charset ?? 'utf-8')) return UNSUPPORTED_TYPE;
  if (EVENTS.has(type.name)) return 'structured';
  if (hasAttributes(headers) && JSON_MEDIA_TYPE.test(given)) return binary(headers);
  return type.name === 'application/json' ? 'structured' : UNSUPPORTED_TYPE;
}

/** UTF-8, as many clients misspell it too, and what is a part of it. */
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
  'The ce- headers are not signed: send the event in structured mode (application/cloudevents+json), or in binary mode with a webhook-id of ce_ and the SHA-256 of the ce- headers, as docs/producer.md shows.',
);
