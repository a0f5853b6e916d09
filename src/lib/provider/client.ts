import { createConnections } from '../http/connections.ts';
import { exchange, type HttpResult } from '../http/exchange.ts';
import { withTimeout } from '../http/timeout.ts';
import type { Failure } from '../relay/completion.ts';
import type { Answer, Provider, ProviderRequest } from '../relay/provider.ts';
import { createAuthenticator, curable, type Used } from './authenticator.ts';
import type { CredentialProbe, Told } from './credential-gate.ts';
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
  /** Gives the secret's JSON text, possibly from a cache. `refresh` reads it again and replaces the cached text. */
  load: (refresh: boolean) => Promise<string>;
  /** Holds back requests with a credential that has not been accepted yet. Without it, no request is held back. */
  gate?: CredentialProbe;
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
    waiting({ service, fresh }) {
      const origin = endpoints[service];
      if (origin !== undefined && !fresh) connections.prepare(origin);
    },
  });

  const attempt = async (request: ProviderRequest, signal: AbortSignal, held?: Used): Promise<Attempt> => {
    const origin = endpoints[request.service];
    if (origin === undefined) return { answer: failure('service_not_configured'), used: {} };
    const authorizing = authenticator.authorize(request, plainHeaders(origin), signal, held?.pass);
    const authorized = await before(signal, authorizing);
    if (authorized === undefined) {
      // A permission that comes too late goes to the next request, which would wait for its report in vain.
      authorizing.then(({ used }) => used.pass?.leave('untold')).catch(() => undefined);
      return { answer: failure('not_sent_in_time'), used: {} };
    }
    if ('failed' in authorized) return { answer: authorized.failed, used: authorized.used };
    const wire = await call(origin, request, authorized.headers, signal);
    return { answer: toAnswer(wire, request.body, clock()), used: authorized.used, wire };
  };

  const call = (origin: string, request: ProviderRequest, headers: Record<string, string>, signal: AbortSignal) => {
    const { method, path, body, fresh } = request;
    const sending = { origin, method, path, headers, body };
    return connections.with(fresh ? 'own' : 'shared', (dispatcher) => exchange(dispatcher, sending, signal));
  };

  const sendUntil = async (request: ProviderRequest, signal: AbortSignal): Promise<Answer> => {
    const first = await attempt(request, signal);
    return isCurable(first) && (await renew(first, signal)) ? again(request, signal, first) : told(first);
  };

  const renew = ({ used, wire }: Attempt, signal: AbortSignal) =>
    before(signal, authenticator.renew(used, wire?.whole ? wire.headers : undefined));

  const again = async (request: ProviderRequest, signal: AbortSignal, first: Attempt): Promise<Answer> => {
    const second = await attempt(request, signal, first.used);
    // The credential was replaced, so the permission of the old one is given back separately.
    if (second.used.pass?.credential !== first.used.pass?.credential) await told(first);
    return told(second);
  };

  return {
    send: (request) =>
      withTimeout(request.deadline, (signal) => sendUntil(request, signal)).catch(() => failure('request_failed')),
    refreshConnections: connections.refresh,
    close: connections.close,
  };
}

const isCurable = ({ answer }: Attempt) => !answer.ok && curable(answer);

/** Gives the permission to use the credential back, and returns the answer. */
async function told({ answer, used: { pass } }: Attempt): Promise<Answer> {
  await pass?.leave(verdictOf(answer)).catch(() => undefined);
  return answer;
}

/** Any reply of a provider that has checked the credential, except a refusal of it, shows that it was accepted. */
function verdictOf(answer: Answer): Told {
  if (answer.ok) return 'accepted';
  if (isUnchecked(answer)) return 'untold';
  // DCS.1004 refuses only the project.
  return answer.error.class === 'unauthenticated' && answer.error.code !== 'DCS.1004' ? 'refused' : 'accepted';
}

/** Codes with which the gateway says that it could not check the credential. */
const UNCHECKED = new Set(['APIGW.0608', 'APIGW.0613']);

/** True for what may come before the credential is checked: no reply, a limit, or a 5xx with a code of the relay's own. */
const isUnchecked = ({ status, error: { code } }: Failure) =>
  status === undefined || status === 429 || UNCHECKED.has(code) || (status >= 500 && /^[a-z]/.test(code));

interface Attempt {
  answer: Answer;
  used: Used;
  wire?: HttpResult;
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
