import type { Service } from '../../src/lib/operations/operation.ts';

/** What comes back over the wire: a whole reply, or the code of the failure that the client sees. */
export type Reply =
  | { status: number; headers?: Record<string, string>; body?: string }
  | { code: string }
  /** The usual reply of the operation. */
  | 'success'
  /** No reply before the client's deadline. */
  | 'silence';

/** Whether and when a request takes effect, and what the provider replies. */
export interface Behaviour {
  applies: 'no' | 'now' | 'late' | 'perhaps';
  /** True if no byte of the request reaches the provider. */
  unsent?: true;
  reply: Reply;
}

const TEXT = 'canary-provider-text';
const refusal = (status: number, code: string, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'x-canary': 'canary-header', ...headers },
  body: JSON.stringify({ error_code: code, error_msg: TEXT }),
});
const unsent = (code: string): Behaviour => ({ applies: 'no', unsent: true, reply: { code } });
const refused = (status: number, code: string, headers?: Record<string, string>): Behaviour => ({
  applies: 'no',
  reply: refusal(status, code, headers),
});
const ok = (body: object): Reply => ({ status: 200, body: JSON.stringify(body) });
const ERROR_IN_200 = ok({ error_code: 'DCS.4026', error_msg: TEXT });
const applied = (reply: Reply): Behaviour => ({ applies: 'now', reply });

/** The codes that refuse a change for good. */
const FINAL_REFUSAL: Record<Service, string> = { dcs: 'DCS.4063', sms: 'SMS.6005' };
const OTHER_MISSING: Record<Service, string> = { dcs: 'DCS.4119', sms: 'SMS.8113' };
const ALREADY: Record<Service, string> = { dcs: 'DCS.4957', sms: 'SMS.6005' };

/** The behaviours of the provider at a request that writes, by their names in the fault catalogue. */
export const CALLS: Record<string, (service: Service, refusalCode?: string, id?: string) => Behaviour> = {
  ok: () => applied('success'),
  throttled: () => refused(429, 'APIGW.0308'),
  throttled_retry_after: () => refused(429, 'APIGW.0308', { 'retry-after': '7' }),
  throttled_absurd_retry_after: () => refused(429, 'APIGW.0308', { 'retry-after': '999999999' }),
  connection_refused: () => unsent('connection_refused'),
  dns_failure: () => unsent('dns_failed'),
  tls_failure: () => unsent('tls_failed'),
  refused_400: (service) => refused(400, FINAL_REFUSAL[service]),
  busy_400: () => refused(400, 'DCS.4054'),
  refused_401: () => refused(401, 'APIGW.0307'),
  skew_403: () => refused(403, 'APIG.0303'),
  gateway_503: () => refused(503, 'APIGW.0610'),
  error_500: () => refused(500, 'DCS.5000'),
  error_500_applied: () => applied(refusal(500, 'DCS.5000')),
  timeout: () => ({ applies: 'no', reply: 'silence' }),
  timeout_applied_late: () => ({ applies: 'late', reply: 'silence' }),
  reset_before: () => ({ applies: 'no', reply: { code: 'connection_reset' } }),
  reset_after: () => applied({ code: 'connection_reset' }),
  slow_header: () => applied('silence'),
  drip_body: () => applied('silence'),
  truncated: () => applied({ code: 'reply_truncated' }),
  malformed_json: () => ({ applies: 'perhaps', reply: { status: 200, body: '{"id":"canary' } }),
  html_200: () => ({ applies: 'perhaps', reply: { status: 200, body: '<html>canary</html>' } }),
  empty_200: () => applied({ status: 200, body: '' }),
  gzip_bomb: () => applied({ status: 200, headers: { 'content-encoding': 'gzip' }, body: 'bomb' }),
  redirect_307: () => refused(307, '', { location: 'http://169.254.169.254/canary' }),
  oversize_header: () => applied({ code: 'reply_too_large' }),
  /** These replies are 2xx and say that something went wrong. They don't show whether the request was carried out. */
  error_in_200: () => ({ applies: 'no', reply: ERROR_IN_200 }),
  error_in_200_applied: () => applied(ERROR_IN_200),
  nested_error_200: () => ({ applies: 'perhaps', reply: ok({ error: { code: 'DCS.4026', message: TEXT } }) }),
  /** What a call created has failed, so it exists. */
  failed_creation_200: (_service, _refusalCode, id) => applied(ok({ id, instance_id: id, status: 'FAILED' })),
  failed_status_200: () => ({ applies: 'perhaps', reply: ok({ id: 't', status: 'FAILED', error: TEXT }) }),
  /** The state of the task does not allow the action. */
  illegal_action: (_service, refusalCode = '') => refused(400, refusalCode),
  /** Not the subject is missing, but something that belongs to it: an instance of the migration, a snapshot of the task. */
  other_missing: (service) => refused(400, OTHER_MISSING[service]),
  /** A call for several tasks answers 200 although it refuses this one. */
  refused_element: (service, refusalCode = FINAL_REFUSAL[service], task_id) => ({
    applies: 'no',
    reply: ok({ migration_tasks: [{ task_id, result: 'failed', error_code: refusalCode, error_msg: TEXT }] }),
  }),
  /** Its reply says nothing of this task. */
  silent_list: () => ({
    applies: 'perhaps',
    reply: ok({ migration_tasks: [{ task_id: 'another', result: 'success' }], task_id_list: ['another'] }),
  }),
  /** The task already has the values that the request sets. */
  already: (service) => refused(400, ALREADY[service]),
};

/** The behaviours of the provider at a read. */
export const READS: Record<string, Reply> = {
  ok: 'success',
  read_500: refusal(500, 'DCS.5000'),
  read_throttled: refusal(429, 'APIGW.0308', { 'retry-after': '2' }),
  read_reset: { code: 'connection_reset' },
  read_timeout: 'silence',
  read_malformed: { status: 200, body: '[1' },
  read_error_200: ok({ error_code: 'DCS.5000', error_msg: TEXT }),
  read_refused: { code: 'connection_refused' },
  read_gateway_503: refusal(503, 'APIGW.0610'),
};
