import type { HttpResult } from '../http/exchange.ts';

/**
 * A call of AWS came to nothing. `name` is the exception's in AWS's reference, or AwsUnreachable if no whole reply came;
 * `code` then says why. No text that was sent or received is in it.
 */
export class AwsFailure extends Error {
  readonly code: string;
  /** The reply's HTTP status; 0 without one. */
  readonly status: number;

  constructor(code: string, status: number) {
    super(`a call of AWS failed: ${code}`);
    this.name = status === 0 ? 'AwsUnreachable' : code;
    this.code = code;
    this.status = status;
  }
}

/** The names under which AWS asks to come again later, as its SDKs know them. */
const THROTTLED = new Set([
  'BandwidthLimitExceeded',
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

/** Whether the same call may work a moment later. All that the relay asks of AWS may be asked twice. */
export const isPassing = (failure: AwsFailure) =>
  failure.status === 0 || failure.status >= 500 || isThrottled(failure) || TRANSIENT.has(failure.code);

/** Reads a reply: its JSON, or the failure that it tells of. */
export function readReply(wire: HttpResult): { output: unknown } | { failure: AwsFailure } {
  if (!wire.whole) return { failure: new AwsFailure(wire.code, 0) };
  const { status, headers, body } = wire;
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

/** The exception's name, which may stand in a namespace before it or have an address behind it. */
function exceptionOf(told: unknown): string {
  const type = typeof told === 'object' && told !== null && '__type' in told ? told.__type : told;
  const name = typeof type === 'string' ? /^(?:[\w.]+#)?([\w.]{1,100})(?::|$)/.exec(type) : undefined;
  return name?.[1] ?? 'reply_unreadable';
}
