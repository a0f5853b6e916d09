import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignatureV4 } from '@smithy/signature-v4';

/** What SDK clients resolve for themselves: who calls, and where. */
export interface Caller {
  region: string;
  credentials(): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
  /** The origin of a service, http://127.0.0.1:PORT on the local stack. */
  endpoint(service: AwsService): string;
}

/** The services of which the command needs one read each, which is no reason for an SDK client of their own. */
export type AwsService = 'logs' | 'lambda' | 'sts' | 'apigateway';

export interface AwsRequest {
  service: AwsService;
  method?: 'GET' | 'POST';
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** An error that AWS answered; `name` is its code, as with the SDK's own errors. */
export class AwsError extends Error {
  readonly status: number;
  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = code;
    this.status = status;
  }
}

const MOST_ATTEMPTS = 3;
const DEADLINE = 10_000;

/** Calls AWS with Signature Version 4 and gives the body; tries again after 5xx, throttling and lost connections. */
export function createAwsCall(caller: Caller) {
  const call = async (request: AwsRequest, signal?: AbortSignal, attempt = 1): Promise<string> => {
    try {
      return await callOnce(caller, request, signal);
    } catch (error) {
      if (!mayPass(error, attempt) || signal?.aborted) throw error;
    }
    await sleep(200 * 2 ** attempt, undefined, { signal });
    return call(request, signal, attempt + 1);
  };
  return call;
}
export type AwsCall = ReturnType<typeof createAwsCall>;

const mayPass = (error: unknown, attempt: number) =>
  attempt < MOST_ATTEMPTS &&
  (!(error instanceof AwsError) || error.status >= 500 || /Throttl|TooManyRequests/.test(error.name));

async function callOnce(caller: Caller, request: AwsRequest, signal: AbortSignal | undefined): Promise<string> {
  const { service, method = 'POST', path = '/', headers = {}, body = '' } = request;
  const origin = new URL(caller.endpoint(service));
  const credentials = await caller.credentials();
  const signer = new SignatureV4({ service, region: caller.region, credentials, sha256: Sha256 });
  const plain = {
    ...{ method, path, body, protocol: origin.protocol, hostname: origin.hostname, query: {} },
    ...(origin.port && { port: Number(origin.port) }),
    headers: { host: origin.host, ...headers },
  };
  const signed = await signer.sign(plain);
  const limit = AbortSignal.timeout(DEADLINE);
  const response = await fetch(new URL(path, origin), {
    method,
    headers: signed.headers,
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    redirect: 'error',
    ...(method === 'POST' && { body }),
  });
  const text = await response.text();
  if (response.ok) return text;
  throw errorOf(response, text);
}

/** The code stands in a header (REST), in `__type` (JSON) or in an element (XML). */
function errorOf({ status, headers }: Response, text: string): AwsError {
  const [, inJson] = /"(?:__type|code)"\s*:\s*"([^"]+)"/.exec(text) ?? [];
  const [, inXml] = /<Code>([^<]+)<\/Code>/.exec(text) ?? [];
  const code = headers.get('x-amzn-errortype') ?? inJson ?? inXml ?? `Http${status}`;
  const [, said, saidInXml] = /"[Mm]essage"\s*:\s*"([^"]*)"|<Message>([^<]*)</.exec(text) ?? [];
  const message = said ?? saidInXml ?? `HTTP ${status}`;
  return new AwsError(code.split(':')[0]?.split('#').at(-1) ?? code, message, status);
}

/** SHA-256 and its HMAC in the form that the signer wants. */
class Sha256 {
  private readonly hash: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {}
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
