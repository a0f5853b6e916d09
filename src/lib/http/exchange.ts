import type { Dispatcher } from 'undici';

/** A request as it is sent over the wire. */
interface Exchange {
  origin: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body?: string | undefined;
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A complete reply, or a code for why there is none. The code also shows whether a byte of the request was written. */
export type HttpResult =
  | { complete: true; status: number; headers: Headers; body: Buffer }
  | { complete: false; code: string };

/** The largest body of a reply, in bytes. The provider's largest known reply is below 20 KB. */
export const MAX_BODY = 256 * 1024;

/**
 * Sends a request at most once and collects the reply until `signal` aborts. Never throws. It uses undici's dispatch,
 * because only dispatch shows when the first byte leaves. It follows no redirect and decodes no content encoding.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Exchange,
  signal: AbortSignal,
  limit = MAX_BODY,
): Promise<HttpResult> {
  const { promise, resolve } = Promise.withResolvers<HttpResult>();
  const chunks: Buffer[] = [];
  let size = 0;
  let isSent = false;
  let ended = false;
  let replyHead: { status: number; headers: Headers } | undefined;
  let abort: ((reason: Error) => void) | undefined;

  const end = (result: HttpResult): void => {
    ended = true;
    signal.removeEventListener('abort', giveUp);
    resolve(result);
  };
  const fail = (code: string): void => {
    end({ complete: false, code });
    abort?.(new Error(code));
  };
  const giveUp = (): void => fail(isSent ? 'request_timeout' : 'not_sent_in_time');

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(controller) {
      abort = (reason) => controller.abort(reason);
      // A request that was given up while it waited must not be sent, and no request may be sent twice.
      if (ended || isSent) return abort(new Error('given up'));
      isSent = true;
    },
    onRequestUpgrade: () => fail('reply_unreadable'),
    onResponseStart(_controller, status, headers) {
      if (status < 200) return;
      replyHead = { status, headers };
      if (Number(headers['content-length'] ?? 0) > limit) fail('reply_too_large');
    },
    onResponseData(_controller, chunk) {
      size += chunk.length;
      if (size > limit) return fail('reply_too_large');
      chunks.push(chunk);
    },
    onResponseEnd() {
      if (replyHead === undefined) return fail('reply_unreadable');
      end({ complete: true, ...replyHead, body: Buffer.concat(chunks) });
    },
    onResponseError: (_controller, error) =>
      fail(isSent ? codeAfter(error, replyHead !== undefined) : codeBefore(error)),
  };

  if (signal.aborted) return Promise.resolve({ complete: false, code: 'not_sent_in_time' });
  signal.addEventListener('abort', giveUp);
  try {
    dispatcher.dispatch({ ...request, body: request.body ?? null }, handler);
  } catch {
    fail(isSent ? 'request_failed' : 'request_not_sendable');
  }
  return promise;
}

/** The code of a failure before the first byte: the request can't have been executed. */
function codeBefore(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return 'connection_refused';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return 'connect_timeout';
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return 'dns_failed';
  if (/ERR_(?:SSL|TLS)_|CERT_|UNABLE_TO_|SELF_SIGNED|EPROTO|HOSTNAME_MISMATCH/.test(code)) return 'tls_failed';
  if (code.startsWith('UND_ERR_INVALID_')) return 'request_not_sendable';
  return 'connection_failed';
}

/** The code of a failure after the first byte: the request may or may not have been executed. */
function codeAfter(error: unknown, answered: boolean): string {
  const code = codeOf(error);
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'request_timeout';
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'reply_too_large';
  if (answered) return 'reply_truncated';
  if (code === 'HTTPParserError' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return 'reply_unreadable';
  if (['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(code)) return 'connection_reset';
  return 'request_failed';
}

/** An error's code. Errors of undici's parser have only a name. */
function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  if (typeof code === 'string') return code;
  return name === 'HTTPParserError' ? name : '';
}
