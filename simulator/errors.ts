import { STATUS_CODES } from 'node:http';
import { meaningOf, numericTwin } from './error-sheet.ts';

/** What the simulator sends back. The body is sent as JSON, or with `asIs` as text. */
export interface Reply {
  status: number;
  body?: unknown;
  asIs?: true;
  headers?: Record<string, string>;
  code?: string;
}

/** The provider refuses a request with this code. The detail fills `{0}` in the code's text, or follows it. */
export class ProviderError extends Error {
  readonly code: string;
  readonly status: number | undefined;
  constructor(code: string, detail?: string, status?: number) {
    super(detail ?? '');
    this.code = code;
    this.status = status;
  }
}

export function refuse(code: string, detail?: string, status?: number): never {
  throw new ProviderError(code, detail, status);
}

function fill(text: string, detail: string): string {
  if (detail === '') return text;
  return text.includes('{0}') ? text.replace('{0}', detail) : `${text.replace(/\.$/, '')}: ${detail}`;
}

function denied(code: string, message: string): Reply['body'] {
  const action = 'You do not have permission to perform action XXX on resource XXX.';
  const text = `${message} ${action}`;
  const details = [{ error_code: code, error_msg: action }];
  return {
    error_code: code,
    error_msg: text,
    encoded_authorization_message: 'XXXXXX',
    error_param: [action],
    details,
  };
}

function bodyOf(code: string, status: number, message: string, requestId: string): unknown {
  if (code.startsWith('APIG')) return { error_msg: message, error_code: code, request_id: requestId };
  if (code === 'IAM') return { error: { code: status, message, title: STATUS_CODES[status] ?? '' } };
  return code === 'SMS.9004' ? denied(code, message) : { error_code: code, error_msg: message };
}

/** The reply to a refused request, in the form of its sender: gateway, DCS, SMS or IAM (Keystone). `numeric` selects the DCS twin. */
export function errorReply(refusal: ProviderError, requestId: string, numeric: boolean): Reply {
  const { status, text } = meaningOf(refusal.code, refusal.status);
  const code = numeric ? numericTwin(refusal.code, status) : refusal.code;
  const message = text === '' ? refusal.message : fill(text, refusal.message);
  return { status, body: bodyOf(code, status, message, requestId), code };
}

/** The codes of the gateway itself, which it sends before or in place of a service. */
const GATEWAY: Record<number, string> = {
  413: 'APIGW.0201',
  414: 'APIGW.0201',
  494: 'APIGW.0201',
  502: 'APIGW.0201',
  504: 'APIGW.0201',
  429: 'APIGW.0308',
};
const REFUSED: Record<number, string> = { 401: 'APIGW.0301', 403: 'APIGW.0302', 404: 'APIGW.0101' };
const GENERAL: Record<string, string> = { sms: 'SMS.6000', iam: 'IAM' };

const usualCode = (status: number, service: string): string =>
  GATEWAY[status] ?? (service === 'iam' ? undefined : REFUSED[status]) ?? GENERAL[service] ?? 'DCS.5000';

/** The reply that a fault asks for. A code has its own status and text; a status without a code gets its usual code. */
export function replyFor(
  wanted: { status?: number | undefined; code?: string | undefined; message?: string | undefined },
  service: string,
  { requestId, numeric }: { requestId: string; numeric: boolean },
): Reply {
  const named = wanted.code ?? usualCode(wanted.status ?? 0, service);
  const { status, text } = meaningOf(named, wanted.status);
  const code = numeric ? numericTwin(named, status) : named;
  const message = wanted.message ?? (text || (STATUS_CODES[status] ?? ''));
  return { status, body: bodyOf(code, status, message, requestId), code };
}
