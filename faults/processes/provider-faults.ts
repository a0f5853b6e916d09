import type { FaultRequest } from '../../simulator/fault-request.ts';
import type { Random } from '../world/random.ts';

type Match = NonNullable<FaultRequest['match']>;
type Effect = Omit<FaultRequest, 'match' | 'calls' | 'share' | 'seed' | 'when'> & { when?: 'before' | 'after' };

/** The faults of calls that write, each with its share of the calls. A late effect stays within the grace period. */
const WRITES: Record<string, [share: number, effect: Effect]> = {
  time_out: [0.008, { hang: true }],
  time_out_applied: [0.008, { when: 'after', hang: true }],
  time_out_landing_late: [0.01, { lands_after_ms: 2000, hang: true }],
  gateway_time_out_landing_late: [0.012, { lands_after_ms: 1400, status: 504 }],
  reset: [0.006, { reset: true }],
  reset_applied: [0.016, { when: 'after', reset: true }],
  error_500: [0.021, { status: 500 }],
  error_500_applied: [0.016, { when: 'after', status: 500 }],
  bad_gateway: [0.004, { reply: 'html' }],
  unavailable: [0.005, { status: 503 }],
  gateway_without_backend: [0.01, { status: 503, code: 'APIGW.0610' }],
  truncated: [0.006, { when: 'after', reply: 'truncated' }],
  malformed: [0.005, { when: 'after', reply: 'malformed' }],
  malformed_not_applied: [0.004, { reply: 'malformed' }],
  empty: [0.004, { when: 'after', reply: 'empty' }],
  wrong_shape: [0.004, { when: 'after', reply: 'wrong-shape' }],
  drip: [0.006, { when: 'after', reply: 'drip' }],
  gzip: [0.002, { when: 'after', reply: 'gzip' }],
  redirect: [0.002, { reply: 'redirect' }],
  huge_header: [0.002, { when: 'after', reply: 'huge-header' }],
  throttled: [0.012, { status: 429 }],
  throttled_a_second: [0.012, { retry_after: 1 }],
  throttled_a_day: [0.008, { retry_after: 86_400 }],
  slow: [0.02, { delay_ms: 300 }],
  slow_answer: [0.01, { when: 'after', delay_ms: 700 }],
};

/** The faults of reads. */
const READS: Record<string, [share: number, effect: Effect]> = {
  read_500: [0.04, { status: 500 }],
  read_reset: [0.03, { reset: true }],
  read_time_out: [0.02, { hang: true }],
  read_truncated: [0.02, { reply: 'truncated' }],
  read_malformed: [0.02, { reply: 'malformed' }],
  read_throttled: [0.03, { status: 429 }],
  read_slow: [0.03, { delay_ms: 200 }],
};

/** A fault as the simulator takes it, with the name by which it is counted. */
export interface NamedFault {
  name: string;
  request: Partial<FaultRequest>;
}

/** A refusal for good, with the code of each service. */
const REFUSED: Record<string, [share: number, effect: Effect]> = {
  dcs: [0.016, { code: 'DCS.4063' }],
  sms: [0.016, { code: 'SMS.6011' }],
};

/** All faults of the provider in a run. They affect about a quarter of its calls that write. */
export function providerFaults(random: Random): NamedFault[] {
  const errorNamed = (rates: typeof WRITES, match: Match) =>
    Object.entries(rates).map(([name, [share, effect]]) => {
      const seed = random.between(0, 2 ** 31);
      return { name, request: { match, share, seed, ...effect } };
    });
  const writing = ['PUT', 'POST', 'DELETE'].flatMap((method) => [
    ...errorNamed(WRITES, { method }),
    ...Object.entries(REFUSED).flatMap(([service, rate]) =>
      errorNamed({ refused: rate }, { service: service as 'dcs' | 'sms', method }),
    ),
  ]);
  return [...writing, ...errorNamed(READS, { method: 'GET' })];
}

/** One refusal of the credential, after which every worker waits for a while. */
export const refusedCredential: NamedFault = {
  name: 'credential_refused',
  request: { calls: 1, status: 401, code: 'APIGW.0301' },
};
