import { createHmac, hash } from 'node:crypto';

/** A request as it will be sent. `headers` has lower-case names and includes `host`. */
interface Signable {
  method: string;
  /** The path as it is sent, without a character that must be escaped, and a query that is escaped and sorted. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** The exact text to be sent; absent if there is none. */
  body?: string | undefined;
  accessKey: string;
  secretKey: string;
  /** Milliseconds since 1970. The gateway refuses a difference of more than 15 minutes. */
  date: number;
}

const ALGORITHM = 'SDK-HMAC-SHA256';

/** The headers that the gateway can verify. Others are sent unsigned, as the SDKs do with Accept and User-Agent. */
const SIGNED = new Set(['host', 'content-type', 'x-project-id', 'x-domain-id', 'x-security-token', 'x-sdk-date']);

/** Returns the headers with X-Sdk-Date and Authorization added, signed with an AK/SK pair (SDK-HMAC-SHA256, API Request Signing). */
export function sign(request: Signable): Record<string, string> {
  const headers: Record<string, string> = { ...request.headers, 'x-sdk-date': sdkDate(request.date) };
  const [path = '', query = ''] = request.path.split('?');
  const names = Object.keys(headers)
    .filter((name) => SIGNED.has(name))
    .sort();
  const canonical = [
    request.method.toUpperCase(),
    // The signed path ends in a slash, which is not sent.
    path.endsWith('/') ? path : `${path}/`,
    query,
    ...names.map((name) => `${name}:${headers[name]?.trim()}`),
    '',
    names.join(';'),
    hash('sha256', request.body ?? '', 'hex'),
  ].join('\n');
  const toSign = `${ALGORITHM}\n${headers['x-sdk-date']}\n${hash('sha256', canonical, 'hex')}`;
  const signature = createHmac('sha256', request.secretKey).update(toSign).digest('hex');
  headers.authorization = `${ALGORITHM} Access=${request.accessKey}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return headers;
}

/** A time in the form 20260102T030405Z. */
function sdkDate(date: number): string {
  return new Date(date).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
