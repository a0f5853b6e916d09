import type { IncomingMessage, ServerResponse } from 'node:http';

/** The headers of every reply of the console. The page loads nothing from elsewhere and can't be put into a frame. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Replies with text of a type and the headers of every reply. */
export function answer(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** Replies with JSON. */
export const answerJson = (response: ServerResponse, status: number, value: unknown) =>
  answer(response, status, 'application/json', JSON.stringify(value));

/** Begins a stream of server-sent events. */
export const beginStream = (response: ServerResponse) =>
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });

/**
 * Why a write is refused, or undefined. A page of another origin can send a form or plain text to this port without asking,
 * but it can't send JSON or our own origin. A client that is not a browser sends no Origin.
 */
export function whyRefused({ headers }: IncomingMessage): { status: number; error: string } | undefined {
  if (!/^application\/json *(;|$)/i.test(headers['content-type'] ?? ''))
    return { status: 415, error: 'the content type must be application/json' };
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`)
    return { status: 403, error: 'another page must not write here' };
  return undefined;
}

const MAX_BYTES = 1024 * 1024;

/** A request's body as JSON. Undefined if it is longer than a megabyte or not a JSON object. */
export async function readJsonBody(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BYTES) chunks.push(chunk);
  }
  return size > MAX_BYTES ? undefined : toObject(Buffer.concat(chunks).toString());
}

function toObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
