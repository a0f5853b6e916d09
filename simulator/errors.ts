import { STATUS_CODES } from 'node:http';

/** What the simulator sends back: a status, and a body that becomes JSON unless it is absent. */
export type Reply = { status: number; body?: unknown; headers?: Record<string, string>; code?: string };

const AUTHENTICATION = 'Incorrect IAM authentication information';

/** Status and text of each code that the simulator answers with (DCS, SMS and gateway error tables of the manuals). */
const TABLE: Record<string, [status: number, message: string]> = {
  'APIGW.0101': [404, 'The API does not exist or has not been published in the environment.'],
  'APIGW.0201': [413, 'Request entity too large.'],
  'APIGW.0301': [401, AUTHENTICATION],
  'APIGW.0302': [403, 'The IAM user is not authorized to access the API.'],
  'APIGW.0307': [401, 'The token must be updated.'],
  'APIGW.0308': [429, 'The throttling threshold has been reached: policy user over ratelimit,limit:10,time:1 minute'],
  'DCS.1004': [401, 'Project ID does not match the token.'],
  'DCS.2003': [403, 'This role does not have the permission to perform this operation.'],
  'DCS.4004': [400, 'Empty request body.'],
  'DCS.4005': [400, 'The message body contains invalid characters or is not in JSON format.'],
  'DCS.4026': [400, 'This operation is not allowed when the DCS instance is in the current state.'],
  'DCS.4049': [400, 'The instance status is not running.'],
  'DCS.4063': [400, 'Invalid {0} parameter in the request.'],
  'DCS.4133': [400, 'Instance job is not found.'],
  'DCS.4957': [400, 'This operation is not allowed when the task is in the current state.'],
  'DCS.5000': [500, 'Internal service error.'],
  'SMS.6000': [400, 'Service error.'],
  'SMS.6005': [400, 'The status of the sourceServer does not meet the requirements.'],
  'SMS.6010': [400, 'The request body is not in the JSON format.'],
  'SMS.6011': [400, 'The JSON request body does not meet the specifications.'],
  'SMS.6012': [400, 'Empty request body.'],
  'SMS.6013': [400, 'Incomplete request parameters.'],
  'SMS.6014': [400, 'The parameter part in the request body is too long.'],
  'SMS.6016': [400, 'The header type must be application/json.'],
  'SMS.6521': [400, 'Token-based authentication failed.'],
  'SMS.7703': [400, 'Task does not exist.'],
  'SMS.7706': [400, 'Task update failed.'],
  'SMS.7711': [400, 'Invalid task name.'],
  'SMS.7712': [400, 'Invalid task type.'],
  'SMS.7713': [400, 'Only a task in state Ready, Paused or Error can be started.'],
  'SMS.7714': [400, 'Only a running task can be paused.'],
  'SMS.7715': [400, 'Only a task that is finished or in continuous synchronization can be synchronized.'],
  'SMS.7718': [400, 'Only a task whose synchronization failed can be rolled back.'],
  'SMS.7721': [400, 'Only target servers in tasks in the Continuous synchronization state can be cloned or started.'],
  'SMS.9004': [403, 'The current account does not have the permission to execute policy.'],
};

/** A request that the provider refuses: its code, and what fills `{0}` or follows the text. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number | undefined;
  constructor(code: string, detail?: string, status?: number) {
    super(detail ?? '');
    this.code = code;
    this.status = status;
  }
}

/** Throws the refusal with this code. */
export const refuse = (code: string, detail?: string): never => {
  throw new Refusal(code, detail);
};

const fill = (text: string, detail: string): string => {
  if (text.includes('{0}')) return text.replace('{0}', detail);
  return detail === '' ? text : `${text}: ${detail}`;
};

/** 111 + status + the last three digits: DCS.4063 is 111400063 (DCS error page, two numbering systems). */
export const numericTwin = (code: string, status: number): string =>
  code.startsWith('DCS.') ? `111${status}${code.slice(-3)}` : code;

const denied = (code: string, message: string): Reply['body'] => {
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
};

const bodyOf = (code: string, status: number, message: string, requestId: string): unknown => {
  if (code.startsWith('APIG')) return { error_msg: message, error_code: code, request_id: requestId };
  if (code === 'IAM') return { error: { code: status, message, title: STATUS_CODES[status] ?? '' } };
  return code === 'SMS.9004' ? denied(code, message) : { error_code: code, error_msg: message };
};

/** The reply of a refusal in the shape of whoever sends it: gateway, DCS, SMS or IAM (keystone); numeric picks the DCS twin. */
export const errorReply = (refusal: Refusal, requestId: string, numeric: boolean): Reply => {
  const [known, text] = TABLE[refusal.code] ?? [400, ''];
  const status = refusal.status ?? known;
  const code = numeric ? numericTwin(refusal.code, status) : refusal.code;
  const message = text === '' ? refusal.message : fill(text, refusal.message);
  return { status, body: bodyOf(code, status, message, requestId), code };
};

const USUAL: Record<number, string> = {
  401: 'APIGW.0301',
  403: 'APIGW.0302',
  404: 'APIGW.0101',
  413: 'APIGW.0201',
  429: 'APIGW.0308',
  502: 'APIGW.0201',
  504: 'APIGW.0201',
};
const USUAL_TEXT: Record<number, string> = { 502: 'Backend unavailable.', 504: 'Backend timeout.' };

/** The reply that a fault asks for: a code brings its own status and text, a bare status the code that usually comes with it. */
export const injectedReply = (
  wanted: { status?: number | undefined; code?: string | undefined; message?: string | undefined },
  service: string,
  requestId: string,
): Reply => {
  const code = wanted.code ?? USUAL[wanted.status ?? 0] ?? (service === 'sms' ? 'SMS.6000' : 'DCS.5000');
  const [known, text] = TABLE[code] ?? [400, 'Injected fault.'];
  const status = wanted.status ?? known;
  const message = wanted.message ?? USUAL_TEXT[status] ?? fill(text, '');
  return { status, body: bodyOf(code, status, message, requestId), code };
};
