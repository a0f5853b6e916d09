import type { Answer, Provider, ProviderRequest } from '../answer.ts';
import { createAuthenticator, curable, type Used } from './authenticator.ts';
import { createConnections } from './connections.ts';
import { failure } from './failures.ts';
import { toAnswer } from './reply.ts';
import { createTokens } from './token.ts';
import { exchange, type Wire } from './wire.ts';

/** The origins to call; a service that the cloud does not have is absent. */
export interface Endpoints {
  dcs?: string;
  sms?: string;
  iam: string;
}

export interface ProviderEdges {
  endpoints: Endpoints;
  /** Gives the secret's JSON text, perhaps kept; `refresh` asks for it anew, and what was kept is replaced. */
  load: (refresh: boolean) => Promise<string>;
  /** Milliseconds since 1970. */
  clock?: () => number;
  random?: () => number;
  connections?: number;
  ca?: string;
}

export interface ProviderClient extends Provider {
  /** To be called when an invocation starts: the process may have been frozen, and its idle connections with it. */
  refreshConnections(): void;
  close(): Promise<void>;
}

/**
 * The provider over HTTPS. `send` is one request, authenticated, within its deadline; it is repeated once at most, and only
 * after a refusal of the credential. It never throws, logs nothing, and passes on no received text but a 2xx reply's body.
 */
export function createProvider(edges: ProviderEdges): ProviderClient {
  const { endpoints, load, clock = Date.now, random = Math.random } = edges;
  const connections = createConnections({ ...edges, clock });
  const tokens = createTokens({ iam: endpoints.iam, connections, clock, random });
  const authenticator = createAuthenticator({ load, tokens, clock });

  const attempt = async (request: ProviderRequest, signal: AbortSignal): Promise<Attempt> => {
    const origin = endpoints[request.service];
    if (origin === undefined) return { answer: failure('service_not_configured'), used: {} };
    const authorized = await before(signal, authenticator.authorize(request, plainHeaders(origin)));
    if (authorized === undefined) return { answer: failure('not_sent_in_time'), used: {} };
    if ('failed' in authorized) return { answer: authorized.failed, used: authorized.used };
    const wire = await call(origin, request, authorized.headers, signal);
    return { answer: toAnswer(wire, request.body, clock()), used: authorized.used, wire };
  };

  const call = (origin: string, request: ProviderRequest, headers: Record<string, string>, signal: AbortSignal) => {
    const { method, path, body, fresh } = request;
    const sending = { origin, method, path, headers, ...(body !== undefined && { body }) };
    return connections.with(fresh ? 'own' : 'shared', (dispatcher) => exchange(dispatcher, sending, signal));
  };

  const send = async (request: ProviderRequest): Promise<Answer> => {
    const signal = deadlineIn(request.deadline);
    const { answer, used, wire } = await attempt(request, signal);
    if (answer.ok || !curable(answer)) return answer;
    const renewed = await before(signal, authenticator.renew(used, wire?.whole ? wire.headers : undefined));
    return renewed ? (await attempt(request, signal)).answer : answer;
  };

  return {
    send: (request) => send(request).catch(() => failure('request_failed')),
    refreshConnections: connections.refresh,
    close: connections.close,
  };
}

interface Attempt {
  answer: Answer;
  used: Used;
  wire?: Wire;
}

function deadlineIn(milliseconds: number): AbortSignal {
  return milliseconds < 1 ? AbortSignal.abort() : AbortSignal.timeout(Math.trunc(milliseconds));
}

/** The work's value, or undefined when the signal aborts first; the work itself is bounded and harmless. */
async function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = (): void => resolve(undefined);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function plainHeaders(origin: string): Record<string, string> {
  return {
    host: new URL(origin).host,
    accept: 'application/json',
    // The gateway may refuse a request without it even when there is no body (APIGW.0106).
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'migration-relay',
  };
}
