import type { HttpResult } from '../http/exchange.ts';

/**
 * A failed call of AWS. `name` is the exception's name in AWS's reference, or AwsUnreachable if no complete reply came;
 * `code` then says why. It holds no text that was sent or received.
 */
export class AwsFailure extends Error {
  readonly code: string;
  /** The reply's HTTP status; 0 if there was no reply. */
  readonly status: number;

  constructor(code: string, status: number) {
    super(`a call of AWS failed: ${code}`);
    this.name = status === 0 ? 'AwsUnreachable' : code;
    this.code = code;
    this.status = status;
  }
}

/** The names of AWS's throttling errors, as in its SDKs, and SQS's own. */
const THROTTLED = new Set([
  'BandwidthLimitExceeded',
  // SQS has two names for a key that is used too often, both with status 400 (API Reference, "SendMessage").
  'KMS.ThrottlingException',
  'KmsThrottled',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);
const TRANSIENT = new Set(['InternalServerError', 'RequestTimeout', 'RequestTimeoutException']);

export const isThrottled = ({ code, status }: AwsFailure) => status === 429 || THROTTLED.has(code);

/** True if the same call may work a moment later. Every call that the relay makes of AWS may be repeated. */
export const isPassing = (failure: AwsFailure) =>
  failure.status === 0 || failure.status >= 500 || isThrottled(failure) || TRANSIENT.has(failure.code);

/** Reads a reply: its JSON, or the failure that it reports. */
export function readReply(result: HttpResult): { output: unknown } | { failure: AwsFailure } {
  if (!result.complete) return { failure: new AwsFailure(result.code, 0) };
  const { status, headers, body } = result;
  const json = parse(body);
  if (status === 200) return json ? { output: json.value } : { failure: new AwsFailure('reply_unreadable', 0) };
  return { failure: new AwsFailure(exceptionOf(headers['x-amzn-errortype'] ?? json?.value), status) };
}

function parse(body: Buffer): { value: unknown } | undefined {
  try {
    return { value: body.length === 0 ? {} : JSON.parse(body.toString('utf8')) };
  } catch {
    return undefined;
  }
}

/** The exception's name, without the namespace before it and the address after it. */
function exceptionOf(value: unknown): string {
  const type = typeof value === 'object' && value !== null && '__type' in value ? value.__type : value;
  const name = typeof type === 'string' ? /^(?:[\w.]+#)?([\w.]{1,100})(?::|$)/.exec(type) : undefined;
  return name?.[1] ?? 'reply_unreadable';
}
