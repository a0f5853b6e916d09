import { type Reply, replyFor } from './errors.ts';
import type { Fault } from './fault-request.ts';

/** True for a fault that only slows the call down or sends an interim reply before the reply itself. */
export function isReplyUnchanged(fault: Fault): boolean {
  const { status, code, message, body, headers, reset, hang, reply, retry_after, lands_after_ms } = fault;
  const effects = [status, code, message, body, headers, reset, hang, reply, retry_after, lands_after_ms];
  return effects.every((one) => one === undefined);
}

const wantedStatus = ({ status, code, retry_after }: Fault): number | undefined =>
  status ?? (retry_after !== undefined && code === undefined ? 429 : undefined);

const isError = ({ code, message }: Fault, status = 0): boolean =>
  code !== undefined || message !== undefined || status >= 300;

const ownBody = ({ body }: Fault, status = 200): Reply =>
  typeof body === 'string' ? { status, body, asIs: true } : { status, body };

/** The reply under a fault, without the fault's headers. `own` is the call's own reply, if it was performed. */
export function faultReply(
  fault: Fault,
  own: Reply | undefined,
  service: string,
  how: { requestId: string; numeric: boolean },
): Reply {
  const status = wantedStatus(fault);
  if (fault.body !== undefined) return ownBody(fault, status);
  if (isError(fault, status)) return replyFor({ ...fault, status }, service, how);
  const usual = fault.reply === 'html' ? 502 : (own?.status ?? 200);
  return { ...(own ?? { body: {} }), status: status ?? usual };
}

export const faultHeaders = ({ headers, retry_after }: Fault): Record<string, string> => ({
  ...(retry_after !== undefined && { 'Retry-After': String(retry_after) }),
  ...headers,
});
