import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ACCOUNT } from '../../stand-ins/account.ts';

/** The reply of an HTTP API to its caller. */
export interface HttpReply {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** A reply of the HTTP API itself, which does not call the function. */
export function gatewayReply(status: number, message: string): HttpReply {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ message })) };
}

/** Content types that an HTTP API passes on as text. All others are passed on as base64. */
const TEXT = /^(text\/.*|application\/(json|javascript|xml|.+\+json|.+\+xml))$/;

/** An HTTP request as a Lambda event of payload format 2.0: duplicate headers and parameters joined, binary as base64. */
export function toEvent(request: IncomingMessage, body: Buffer, routeKey: string) {
  const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const { cookie, ...headers } = joined(request.headersDistinct, ',');
  const at = new Date();
  const method = request.method ?? '';
  return {
    version: '2.0',
    routeKey,
    rawPath: pathname,
    rawQueryString: search.slice(1),
    ...(cookie && { cookies: cookie.split('; ') }),
    headers,
    ...(search.length > 1 && { queryStringParameters: joined(grouped(searchParams), ',') }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'local',
      domainName: headers.host ?? '',
      domainPrefix: 'local',
      http: {
        method,
        path: pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: at.toUTCString(),
      timeEpoch: at.getTime(),
    },
    ...toBody(body, headers),
  };
}

function toBody(body: Buffer, headers: Record<string, string>): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isText = TEXT.test(type) && headers['content-encoding'] === undefined && isUtf8(body);
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

const isUtf8 = (body: Buffer) => Buffer.from(body.toString('utf8')).equals(body);

function joined(lists: NodeJS.Dict<string[]>, separator: string): Record<string, string> {
  return Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, (values ?? []).join(separator)]));
}

function grouped(parameters: URLSearchParams): Record<string, string[]> {
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name)]));
}

/** A function's result (JSON text) as an HTTP reply. A result with a statusCode is a whole reply; any other is the body. */
export function fromResult(payload: string): HttpReply {
  const result: unknown = JSON.parse(payload);
  if (!isStructured(result)) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(payload) };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = result;
  const texts = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    status: statusCode,
    headers: { ...Object.fromEntries(texts), ...(cookies.length > 0 && { 'set-cookie': cookies }) },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

interface StructuredResult {
  statusCode: number;
  headers?: Record<string, string | number | boolean>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

function isStructured(result: unknown): result is StructuredResult {
  return typeof result === 'object' && result !== null && 'statusCode' in result && Number.isInteger(result.statusCode);
}
