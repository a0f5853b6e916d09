/** How often each thing goes wrong: the share of the occasions, from 0 to 1. */
export interface Mix {
  /** By behaviour: the share of requests that write. */
  calls: Record<string, number>;
  /** By behaviour: the share of reads. */
  reads: Record<string, number>;
  throttle: number;
  /** By step: the share of writes to the ledger whose reply is lost. */
  lostReply: Record<string, number>;
  delayedWrite: number;
  itemTooLarge: number;
  bus: { request_error: number; failed_entry: number; lost_reply: number };
  duplicateDelivery: number;
  visibilityExpiry: number;
  /** The share of repeated receives after which the message goes to the dead-letter queue. */
  deadLetter: number;
  /** By step: how often a process ends before it, and as often after it. */
  crash: Record<string, number>;
  hang: number;
  secret: number;
  /** Writes by others, as a share of the messages. */
  outsiders: number;
  /** The share of subjects that do not exist. */
  missing: number;
  /** The share of replies to calls for several tasks that say nothing of the task. */
  silentLists: number;
  /** The share of created tasks that lists show late: within the time that the relay waits, and after it. */
  lists: { late: number; tooLate: number };
}

/** About a quarter of all calls fail, which is far more than at any provider, so that every row of the catalogue occurs. */
export const DEFAULT_MIX: Mix = {
  calls: {
    throttled: 0.014,
    throttled_retry_after: 0.014,
    throttled_absurd_retry_after: 0.014,
    connection_refused: 0.02,
    dns_failure: 0.008,
    tls_failure: 0.008,
    refused_400: 0.021,
    busy_400: 0.01,
    refused_401: 0.014,
    skew_403: 0.008,
    gateway_503: 0.006,
    error_500: 0.025,
    error_500_applied: 0.02,
    timeout: 0.02,
    timeout_applied_late: 0.025,
    reset_before: 0.008,
    reset_after: 0.02,
    slow_header: 0.008,
    drip_body: 0.008,
    truncated: 0.008,
    malformed_json: 0.013,
    html_200: 0.0055,
    empty_200: 0.0055,
    gzip_bomb: 0.0033,
    redirect_307: 0.003,
    oversize_header: 0.003,
    error_in_200: 0.0045,
    error_in_200_applied: 0.0045,
    nested_error_200: 0.0045,
    failed_status_200: 0.0045,
  },
  reads: {
    read_500: 0.06,
    read_throttled: 0.04,
    read_reset: 0.04,
    read_timeout: 0.03,
    read_malformed: 0.03,
    read_error_200: 0.03,
  },
  throttle: 0.006,
  lostReply: { claim: 0.005, takeover: 0.025, guard: 0.006, store: 0.0065, note: 0.012, release: 0.018 },
  delayedWrite: 0.0015,
  itemTooLarge: 0.0027,
  bus: { request_error: 0.024, failed_entry: 0.024, lost_reply: 0.0098 },
  duplicateDelivery: 0.0135,
  visibilityExpiry: 0.0135,
  deadLetter: 0.018,
  crash: {
    claim: 0.0009,
    takeover: 0.0064,
    read: 0.0038,
    guard: 0.0016,
    call: 0.0024,
    store: 0.0024,
    note: 0.0105,
    release: 0.0068,
    publish: 0.0025,
    ack: 0.0037,
  },
  hang: 0.0011,
  secret: 0.02,
  outsiders: 0.03,
  missing: 0.015,
  silentLists: 0.4,
  lists: { late: 0.3, tooLate: 0 },
};

const times = (rates: Record<string, number>, factor: number) =>
  Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, rate * factor]));

/** Reads fail more often than not, processes end six times as often, requests often take effect late, and some lists show them too late. */
export const HARSH_MIX: Mix = {
  ...DEFAULT_MIX,
  calls: {
    ...DEFAULT_MIX.calls,
    timeout_applied_late: 0.12,
    timeout: 0.05,
    reset_after: 0.05,
    error_500_applied: 0.05,
  },
  reads: {
    read_500: 0.2,
    read_throttled: 0.05,
    read_reset: 0.15,
    read_timeout: 0.05,
    read_malformed: 0.05,
    read_error_200: 0.05,
  },
  crash: times(DEFAULT_MIX.crash, 6),
  lostReply: times(DEFAULT_MIX.lostReply, 3),
  throttle: 0.03,
  delayedWrite: 0.03,
  hang: 0.005,
  duplicateDelivery: 0.1,
  visibilityExpiry: 0.08,
  outsiders: 0.1,
  lists: { late: 0.3, tooLate: 0.05 },
};
