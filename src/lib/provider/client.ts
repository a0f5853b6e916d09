import { createConnections } from '../http/connections.ts';
import { exchange, type HttpResult } from '../http/exchange.ts';
import { withTimeout } from '../http/timeout.ts';
import type { Answer, Provider, ProviderRequest } from '../relay/provider.ts';
import { type CredentialUse, createAuthenticator } from './authenticator.ts';
import type { CredentialGate } from './credential-gate.ts';
import { isCurable, verdictOf } from './credential-verdict.ts';
import { failure } from './failures.ts';
import { toAnswer } from './reply.ts';
import { createTokens } from './token.ts';

/** The origins to call. A service that the cloud does not have is absent. */
export interface Endpoints {
  dcs?: string;
  sms?: string;
  iam: string;
}

export interface ProviderDependencies {
  endpoints: Endpoints;
  /** Returns the secret's JSON text, possibly from a cache. `refresh` reads it again and replaces the cached text. */
  load: (refresh: boolean) => Promise<string>;
  /** Holds back requests with a credential that has not been accepted yet. Without it, no request is held back. */
  gate?: CredentialGate;
  /** Milliseconds since 1970. */
  clock?: () => number;
  random?: () => number;
  connections?: number;
  ca?: string;
}

export interface ProviderClient extends Provider {
  /** To be called when an invocation starts, because idle connections may have broken while the process was frozen. */
  refreshConnections(): void;
  close(): Promise<void>;
}

/**
 * The provider over HTTPS. `send` makes one authenticated request within its deadline. It repeats the request at most once,
 * and only after the credential was refused. It never throws and logs nothing. The only received text that it passes on is
 * the body of a 2xx reply.
 */
export function createProvider(dependencies: ProviderDependencies): ProviderClient {
  const { endpoints, load, gate, clock = Date.now, random = Math.random } = dependencies;
  const connections = createConnections({ ...dependencies, clock });
  const tokens = createTokens({ iam: endpoints.iam, connections, clock, random });
  const authenticator = createAuthenticator({
    load,
    tokens,
    gate,
    clock,
    onWait({ service, newConnection }) {
      const origin = endpoints[service];
      if (origin !== undefined && !newConnection) connections.prepare(origin);
    },
  });

  const attempt = async (request: ProviderRequest, signal: AbortSignal, earlier?: Attempt): Promise<Attempt> => {
    const origin = endpoints[request.service];
    if (origin === undefined) return { answer: failure('service_not_configured'), used: {} };
    const authorizing = authenticator.authorize(request, plainHeaders(origin), signal, earlier?.used.permit);
    const authorized = await before(signal, authorizing);
    if (authorized === undefined) {
      // A permit that comes too late is given back, because the next request would wait in vain for its verdict.
      authorizing.then(({ used }) => used.permit?.report('unknown')).catch(() => undefined);
      return { answer: failure('not_sent_in_time'), used: {} };
    }
    if ('failed' in authorized) return { answer: authorized.failed, used: authorized.used };
    const result = await call(origin, request, authorized.headers, signal);
    return { answer: toAnswer(result, request, clock()), used: authorized.used, result };
  };

  const call = (origin: string, request: ProviderRequest, headers: Record<string, string>, signal: AbortSignal) => {
    const { method, path, body, newConnection } = request;
    const sending = { origin, method, path, headers, body };
    return connections.with(newConnection ? 'own' : 'shared', (dispatcher) => exchange(dispatcher, sending, signal));
  };

  const sendUntil = async (request: ProviderRequest, signal: AbortSignal): Promise<Answer> => {
    const first = await attempt(request, signal);
    const mayHelp = !first.answer.ok && isCurable(first.answer) && (await renew(first, signal));
    return mayHelp ? again(request, signal, first) : report(first);
  };

  const renew = ({ used, result }: Attempt, signal: AbortSignal) =>
    before(signal, authenticator.renew(used, result?.complete ? result.headers : undefined));

  const again = async (request: ProviderRequest, signal: AbortSignal, first: Attempt): Promise<Answer> => {
    const second = await attempt(request, signal, first);
    // If the credential was replaced, the verdict on the old one is reported separately.
    if (second.used.permit?.credential !== first.used.permit?.credential) await report(first);
    return report(second);
  };

  return {
    send: (request) =>
      withTimeout(request.deadline, (signal) => sendUntil(request, signal)).catch(() => failure('request_failed')),
    refreshConnections: connections.refresh,
    close: connections.close,
  };
}

/** Reports what the answer shows about the credential, and returns the answer. */
async function report({ answer, used: { permit } }: Attempt): Promise<Answer> {
  await permit?.report(verdictOf(answer)).catch(() => undefined);
  return answer;
}

interface Attempt {
  answer: Answer;
  used: CredentialUse;
  result?: HttpResult;
}

/** The work's value, or undefined when the signal aborts first. The work then continues, which is harmless. */
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
    // The gateway may require it even when there is no body (APIGW.0106).
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'migration-relay',
  };
}
