import { sha256 } from '../change/fingerprint.ts';
import type { Problem } from '../json/problem.ts';
import type { WebhookRequest } from './signature.ts';

type Headers = WebhookRequest['headers'];

/** True for a request with the attributes of its event in `ce-` headers (CloudEvents HTTP binding, 3.1). */
export const hasAttributes = (headers: Headers) => attributesIn(headers).length > 0;

const attributesIn = (headers: Headers): [name: string, value: string][] =>
  Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') && value !== undefined ? [[name, value] as [string, string]] : [],
  );

/**
 * The webhook id that a request with these headers must have. The signature covers id, time and body but not the headers.
 * Without this rule, anybody with a signed request could send its body again as another change.
 */
export const bindingOf = (headers: Headers) =>
  `ce_${sha256(
    attributesIn(headers)
      .map(([name, value]) => `${name}:${value}\n`)
      .sort()
      .join(''),
  )}`;

/** The decoded attributes in the headers of an event. `datacontenttype` is the content type; the body is the data. */
export function readAttributes(headers: Headers): { attributes: Record<string, string> } | { problems: Problem[] } {
  const read = attributesIn(headers)
    .filter(([header]) => /^ce-[a-z0-9]+$/.test(header))
    .map(([header, value]) => ({ name: header.slice('ce-'.length), value: decode(value) }));
  const problems = read.flatMap(({ name, value }) =>
    value === undefined ? [{ path: name, message: 'must be percent-encoded UTF-8 in its header' }] : [],
  );
  if (problems.length > 0) return { problems };
  return { attributes: Object.fromEntries(read.map(({ name, value }) => [name, value ?? ''])) };
}

/** Decodes a header's value: removes quotes, then percent-decodes it once (HTTP binding, 3.1.3.2). */
function decode(value: string): string | undefined {
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(value) ?? [];
  try {
    return decodeURIComponent(quoted?.replaceAll(/\\(.)/g, '$1') ?? value);
  } catch {
    return undefined;
  }
}
