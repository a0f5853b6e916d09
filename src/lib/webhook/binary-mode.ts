import { sha256 } from '../change/fingerprint.ts';
import type { Problem } from '../json/problem.ts';
import type { WebhookRequest } from './signature.ts';

type Headers = WebhookRequest['headers'];

/** True for a request whose event stands in its `ce-` headers (CloudEvents HTTP binding, 3.1). */
export const hasAttributes = (headers: Headers) => attributesIn(headers).length > 0;

const attributesIn = (headers: Headers): [name: string, value: string][] =>
  Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') && value !== undefined ? [[name, value] as [string, string]] : [],
  );

/**
 * The webhook id that holds these headers fast. The signature covers id, time and body, so that without it whoever has a
 * signed request could send its body again as another change.
 */
export const bindingOf = (headers: Headers) =>
  `ce_${sha256(
    attributesIn(headers)
      .map(([name, value]) => `${name}:${value}\n`)
      .sort()
      .join(''),
  )}`;

/** The attributes in the headers of an event, decoded; `datacontenttype` is the content type, and the body the data. */
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

/** A header's value: out of its quotes if it has any, then percent-decoded once (HTTP binding, 3.1.3.2). */
function decode(value: string): string | undefined {
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(value) ?? [];
  try {
    return decodeURIComponent(quoted?.replaceAll(/\\(.)/g, '$1') ?? value);
  } catch {
    return undefined;
  }
}
