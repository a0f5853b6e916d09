import type { JsonObject } from '../json/exact-json.ts';
import type { Service } from '../operations/operation.ts';

/** One call to the provider, before it is authenticated. */
export interface ProviderRequest {
  service: Service;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with safe ids only, and a query that is escaped and sorted by name. */
  path: string;
  /** The JSON text to send, exactly these bytes; absent if the call has no body. */
  body?: string;
  /** The project of the path; sent as X-Project-Id and used as the token's scope. */
  projectId?: string;
  /** The path of the read with which a circuit breaker may probe the service before it lets this request through. */
  probePath?: string;
  /** True for a request that must not repeat. It gets a connection of its own, because an idle one may have been cut. */
  newConnection?: boolean;
  /** The part of a 2xx body that refuses the request, if there is one. */
  refusalIn?: (body: unknown) => JsonObject | undefined;
  /** Milliseconds from now until the request is given up, including the time to get credentials. */
  deadline: number;
}

export const ERROR_CLASSES = [
  'invalid_request',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'throttled',
  'service_error',
  'unknown',
] as const;
/** The kind of an error, as the sender of the change sees it. */
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** Classes of errors for which the change itself is at fault, unless a cause is given. */
export const AT_FAULT: ReadonlySet<ErrorClass> = new Set(['invalid_request', 'not_found', 'conflict', 'unknown']);

/** What is at fault when it is not the change. With a cause, no result says that the change is wrong. */
export type Cause =
  | 'address'
  | 'firewall'
  | 'proxy'
  | 'request'
  | 'network'
  | 'quota'
  | 'account'
  | 'credential'
  | 'service';

/** What helps: nothing, waiting, a fresh credential, another state of the task, or reading the task first. */
export type Remedy = 'no' | 'later' | 'after_refresh' | 'after_change' | 'reconcile';

/** What went wrong with a request, in the relay's words. It never holds the provider's text, which may repeat what was sent. */
export interface ProviderError {
  class: ErrorClass;
  /** The provider's code (DCS.4133), or the relay's own (request_timeout, reply_unreadable, http_502, ...). */
  code: string;
  remedy: Remedy;
  cause?: Cause | undefined;
  message: string;
  advice: string;
}

/** The answer to a request. `executed` says whether the provider can have carried it out. */
export type Answer =
  | { ok: true; status: number; body: unknown; requestId?: string }
  | {
      ok: false;
      executed: 'no' | 'unknown';
      error: ProviderError;
      status?: number;
      requestId?: string;
      /** True when no request was made because a service or a credential is known not to work. It does not count as an attempt. */
      circuitOpen?: true;
      /** True when IAM gave no token, so that the service itself was not called. The status is then IAM's. */
      unasked?: true;
      /** The provider's Retry-After, or how long the circuit breaker stays open, in milliseconds. No limit is applied. */
      retryAfter?: number;
    };

/** The provider as the relay sees it. `send` never throws because of the network or the provider. */
export interface Provider {
  send(request: ProviderRequest): Promise<Answer>;
  /** Reads what a request to this service and project will need, because one will probably follow. It never fails. */
  prefetch?(target: Pick<ProviderRequest, 'service' | 'projectId'>): void;
}
