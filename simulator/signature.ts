import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a request that its signature covers. Path and query are as on the wire. */
export interface Signed {
  method: string;
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** The content of an Authorization header. With a derived key, it names the key's date, region and service. */
export interface Authorization {
  access: string;
  signedHeaders: string[];
  signature: string;
  derivedFor?: string;
}

const SIGNED = 'SignedHeaders=(?<names>[^,\\s]+), *Signature=(?<signature>[0-9a-f]{64})$';
const PLAIN = new RegExp(`^SDK-HMAC-SHA256 +Access=(?<access>[^,\\s]+), *${SIGNED}`);
const DERIVED = new RegExp(
  `^V11-HMAC-SHA256 +Credential=(?<access>[^,/\\s]+)/(?<derivedFor>\\d{8}/[^,/\\s]+/[^,/\\s]+), *${SIGNED}`,
);

/** Reads an Authorization header; undefined if its scheme is neither SDK-HMAC-SHA256 nor V11-HMAC-SHA256. */
export function readAuthorization(header: string): Authorization | undefined {
  const { access, names, signature, derivedFor } = (PLAIN.exec(header) ?? DERIVED.exec(header))?.groups ?? {};
  if (access === undefined || names === undefined || signature === undefined) return undefined;
  return { access, signedHeaders: names.split(';'), signature, ...(derivedFor !== undefined && { derivedFor }) };
}

/** Percent-encodes UTF-8 with upper-case hex, except letters, digits and `- _ . ~` (signing guide, canonical path). */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function canonicalPath(path: string, segment: (text: string) => string): string {
  const encoded = path.split('/').map(segment).join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function canonicalQuery(query: string): string {
  const pairs = query.split('&').filter((pair) => pair !== '');
  const encoded = pairs.map((pair) => {
    const [key = '', ...rest] = pair.split('=');
    return [encode(decode(key)), encode(decode(rest.join('=').replaceAll('+', ' ')))] as const;
  });
  return encoded
    .sort(([a, x], [b, y]) => byBytes(a, b) || byBytes(x, y))
    .map((pair) => pair.join('='))
    .join('&');
}

const sha256 = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

const payloadHash = ({ headers, body }: Signed): string =>
  headers['x-sdk-content-sha256'] === 'UNSIGNED-PAYLOAD' ? 'UNSIGNED-PAYLOAD' : sha256(body);

function canonical(request: Signed, signedHeaders: readonly string[], path: string): string {
  const lines = signedHeaders.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`);
  const query = canonicalQuery(request.query);
  return [request.method, path, query, lines.join(''), signedHeaders.join(';'), payloadHash(request)].join('\n');
}

/** The canonical request in the six parts of the signing guide. The names must be in lower case and sorted. */
export const canonicalRequest = (request: Signed, signedHeaders: readonly string[]): string =>
  canonical(
    request,
    signedHeaders,
    canonicalPath(request.path, (text) => encode(decode(text))),
  );

/** The HMAC-SHA256 of the string to sign in lower-case hex. The key is the secret itself (signing guide: no key derivation). */
export const signatureOf = (secret: string, date: string, request: string): string =>
  createHmac('sha256', secret)
    .update(`SDK-HMAC-SHA256\n${date}\n${sha256(request)}`)
    .digest('hex');

/** The same with a key that is derived from access key and secret for a date, a region and a service (SDK core, HKDF). */
export const derivedSignatureOf = (
  { access, secret, derivedFor }: { access: string; secret: string; derivedFor: string },
  date: string,
  request: string,
): string =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', secret, access, derivedFor, 32)).toString('hex'))
    .update(`V11-HMAC-SHA256\n${date}\n${derivedFor}\n${sha256(request)}`)
    .digest('hex');

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** True if the signature fits the received bytes. An escaped path may also be signed escaped twice, as the Node SDK does. */
export function signatureFits(secret: string, request: Signed, authorization: Authorization): boolean {
  const date = String(request.headers['x-sdk-date'] ?? '');
  const { access, derivedFor, signedHeaders } = authorization;
  // A derived key is valid only on its day.
  if (derivedFor !== undefined && !derivedFor.startsWith(`${date.slice(0, 8)}/`)) return false;
  const names = [...signedHeaders].sort(byBytes);
  const readings = [canonicalRequest(request, names), canonical(request, names, canonicalPath(request.path, encode))];
  const signed = (reading: string): string =>
    derivedFor === undefined
      ? signatureOf(secret, date, reading)
      : derivedSignatureOf({ access, secret, derivedFor }, date, reading);
  return readings.some((reading) => same(signed(reading), authorization.signature));
}
