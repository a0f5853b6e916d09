import type { Service } from '../operations/operation.ts';

/** One call to the provider, before it is authenticated. */
export interface ProviderRequest {
  service: Service;
  method: 'GET' | 'POST' | 'PUT';
  /** Path with safe ids only, no query. */
  path: string;
  /** The JSON text to send, exactly these bytes; absent for a GET. */
  body?: string;
  /** The project of the path; sent as X-Project-Id and used as the token's scope. */
  projectId?: string;
  /** The path of a reading with which a breaker may probe the service before it lets this request through. */
  probePath?: string;
  /** True for a request that must not repeat: it gets a connection of its own, since an idle one may have been cut. */
  fresh?: boolean;
  /** Milliseconds from now until the request is given up, credentials included. */
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
/** What an error is, seen from the change: who must do what about it. */
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** Classes that say that the change itself is at fault, unless there is another cause. */
export const AT_FAULT: ReadonlySet<ErrorClass> = new Set(['invalid_request', 'not_found', 'conflict', 'unknown']);

/** What is at fault when it is not the change: a change is never told that it is wrong where one of these is. */
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

/** What went wrong with a request, in the relay's words: never the provider's text, which may echo what was sent. */
export interface ProviderError {
  class: ErrorClass;
  /** The provider's code (DCS.4133), or the relay's own (request_timeout, reply_unreadable, http_502, ...). */
  code: string;
  remedy: Remedy;
  cause?: Cause | undefined;
  message: string;
  advice: string;
}

/** What came of a request. `executed` answers whether the provider can have carried it out. */
export type Answer =
  | { ok: true; status: number; body: unknown; requestId?: string }
  | {
      ok: false;
      executed: 'no' | 'unknown';
      error: ProviderError;
      status?: number;
      requestId?: string;
      /** True when nothing was tried because something is known to be out of order: no attempt of the change. */
      paused?: true;
      /** True when IAM gave no token, so that the service itself was not asked: the status is IAM's. */
      unasked?: true;
      /** The provider's Retry-After, or the rest of a pause, in milliseconds, not clamped. */
      retryAfter?: number;
    };

/** The provider as the relay sees it. `send` never throws for what the wire or the provider does. */
export interface Provider {
  send(request: ProviderRequest): Promise<Answer>;
}
