/** The fault catalogue: how often each row must occur per 10,000 changes, so that a run without findings proves something. */
export const MINIMUM: Record<string, { min: number; rows: string[] }> = {
  'provider: 429 with or without Retry-After, absurd ones too': {
    min: 300,
    rows: ['throttled', 'throttled_retry_after', 'throttled_absurd_retry_after'],
  },
  'provider: connection refused': { min: 150, rows: ['connection_refused'] },
  'provider: name not resolved': { min: 50, rows: ['dns_failure'] },
  'provider: TLS failure': { min: 50, rows: ['tls_failure'] },
  'provider: 400': { min: 150, rows: ['refused_400'] },
  'provider: 400 that is temporary': { min: 50, rows: ['busy_400'] },
  'provider: 401 once': { min: 100, rows: ['refused_401'] },
  'provider: 403 for the clock': { min: 50, rows: ['skew_403'] },
  'provider: gateway that reached no backend': { min: 30, rows: ['gateway_503'] },
  'provider: 500, not applied': { min: 200, rows: ['error_500'] },
  'provider: 500, applied': { min: 150, rows: ['error_500_applied'] },
  'provider: time-out, not applied': { min: 150, rows: ['timeout'] },
  'provider: time-out, applied late': { min: 200, rows: ['timeout_applied_late'] },
  'provider: reset before reading': { min: 50, rows: ['reset_before'] },
  'provider: reset after applying': { min: 150, rows: ['reset_after'] },
  'provider: slow header': { min: 50, rows: ['slow_header'] },
  'provider: drip body': { min: 50, rows: ['drip_body'] },
  'provider: truncated body': { min: 50, rows: ['truncated'] },
  'provider: malformed JSON': { min: 80, rows: ['malformed_json'] },
  'provider: HTML': { min: 30, rows: ['html_200'] },
  'provider: empty 200': { min: 30, rows: ['empty_200'] },
  'provider: 2xx with an error in it, not applied': { min: 25, rows: ['error_in_200'] },
  'provider: 2xx with an error in it, applied': { min: 25, rows: ['error_in_200_applied'] },
  'provider: 2xx with a nested error': { min: 25, rows: ['nested_error_200'] },
  'provider: 2xx with a failed state': { min: 25, rows: ['failed_status_200', 'failed_creation_200'] },
  'provider: read that is 2xx with an error in it': { min: 30, rows: ['read_error_200'] },
  'provider: action on an SMS task': { min: 300, rows: ['sms_action'] },
  'provider: action that its state does not allow': { min: 80, rows: ['illegal_action'] },
  'provider: SMS task that moved by itself': { min: 300, rows: ['task_moved'] },
  'provider: stop': { min: 100, rows: ['call_stop'] },
  'provider: restart': { min: 100, rows: ['call_restart'] },
  'provider: exchange of addresses': { min: 100, rows: ['call_exchange'] },
  'provider: exchange taken back': { min: 50, rows: ['call_rollback'] },
  'provider: limits of the speed': { min: 120, rows: ['call_limit'] },
  'provider: options': { min: 120, rows: ['call_options'] },
  'provider: delete': { min: 200, rows: ['call_delete'] },
  'provider: creation of an online migration': { min: 90, rows: ['call_create_online'] },
  'provider: creation of a backup import': { min: 90, rows: ['call_create_import'] },
  'provider: creation of an SMS task': { min: 220, rows: ['call_create_sms'] },
  'provider: source that has a task already': { min: 80, rows: ['source_in_use'] },
  'provider: new task that a list shows late': { min: 70, rows: ['listed_late'] },
  'provider: list of more than one page': { min: 40, rows: ['list_in_pages'] },
  'provider: task created by others': { min: 20, rows: ['outsider_creates'] },
  'provider: created task that others delete': { min: 25, rows: ['outsider_deletes'] },
  'provider: subject that does not exist': { min: 10, rows: ['missing'] },
  'provider: refused in an element of a 2xx': { min: 40, rows: ['refused_element'] },
  'provider: delete refused because of something else': { min: 1, rows: ['other_missing'] },
  'provider: list that lacks the task': { min: 1, rows: ['silent_list'] },
  'provider: read of what does not exist': { min: 30, rows: ['read_absent'] },
  'provider: read where nothing is stored': { min: 5, rows: ['read_nothing_stored'] },
  'provider: gzip bomb': { min: 10, rows: ['gzip_bomb'] },
  'provider: redirect': { min: 10, rows: ['redirect_307'] },
  'provider: oversize header': { min: 10, rows: ['oversize_header'] },
  'provider: failing read': {
    min: 200,
    rows: ['read_500', 'read_throttled', 'read_reset', 'read_timeout', 'read_malformed'],
  },
  'provider: refused as already done': { min: 100, rows: ['already'] },
  'provider: written by others': { min: 100, rows: ['outsider'] },
  'store: throttle': { min: 400, rows: ['store_throttle'] },
  'store: reply lost on claim': { min: 30, rows: ['store_lost_reply_claim'] },
  'store: reply lost on takeover': { min: 30, rows: ['store_lost_reply_takeover'] },
  'store: reply lost on guard': { min: 30, rows: ['store_lost_reply_guard'] },
  'store: reply lost on store': { min: 30, rows: ['store_lost_reply_store'] },
  'store: reply lost on note or release': { min: 30, rows: ['store_lost_reply_note', 'store_lost_reply_release'] },
  'store: delayed write': { min: 30, rows: ['store_delayed_write'] },
  'store: item too large': { min: 5, rows: ['store_item_too_large'] },
  'bus: request error': { min: 200, rows: ['bus_request_error'] },
  'bus: failed entry': { min: 200, rows: ['bus_failed_entry'] },
  'bus: results of several changes at once': { min: 30, rows: ['bus_gathered'] },
  'bus: reply lost': { min: 80, rows: ['bus_lost_reply'] },
  'queue: delivered twice at once': { min: 150, rows: ['duplicate_delivery'] },
  'queue: sent again after the window': { min: 250, rows: ['producer_duplicate'] },
  'queue: redriven after newer changes': { min: 50, rows: ['redrive_after_newer'] },
  'queue: visibility time-out while in flight': { min: 50, rows: ['visibility_expiry'] },
  'queue: another change under an id': { min: 50, rows: ['conflict'] },
  'queue: another group of the same task': { min: 100, rows: ['other_group'] },
  'queue: stale sequence': { min: 50, rows: ['stale_sequence'] },
  'process: function time-out': { min: 100, rows: ['function_timeout'] },
  'process: settings changed by a deployment': { min: 30, rows: ['settings_changed'] },
  'process: secret store not available': { min: 20, rows: ['secret_store_error'] },
  ...Object.fromEntries(
    ['claim', 'takeover', 'read', 'guard', 'call', 'store', 'note', 'release', 'publish', 'ack'].flatMap((step) =>
      ['before', 'after'].map((when) => [
        `process: crash ${when} ${step}`,
        { min: 10, rows: [`crash_${when}_${step}`] },
      ]),
    ),
  ),
};

/** The rows that occurred too seldom. Fewer changes than 10,000 need only a third of their share, because chance has more effect. */
export function findMissing(fired: Record<string, number>, changes: number): string[] {
  const share = changes >= 10_000 ? changes / 10_000 : changes / 30_000;
  return Object.entries(MINIMUM).flatMap(([name, { min, rows }]) => {
    const hits = rows.reduce((sum, row) => sum + (fired[row] ?? 0), 0);
    const needed = Math.floor(min * share);
    return hits < needed ? [`${name}: ${hits} of ${needed}`] : [];
  });
}

/** Shares of the changes that a run of the default mix must stay below. They break no promise, but each is a nuisance. */
const BOUNDS: Record<string, number> = {
  unknown: 0.015,
  unknownActions: 0.035,
  unknownCreations: 0.008,
  createdUnseen: 0.001,
  duplicatePublishes: 0.05,
};

/** With fewer changes, chance has more effect than the relay. */
const ENOUGH = 5000;

/** Sentences about the bounds that a run went over. */
export function findExceeded(counts: Record<string, number>): string[] {
  const { accepted = 0, unknown = 0, unknownActions = 0, unknownCreations = 0, unknownGone = 0 } = counts;
  // The state of a task seldom shows whose action led to it, and a new task of a list may be that of others, so these have bounds
  // of their own. Of what is gone nothing can be read.
  const bounded: Record<string, number> = {
    ...counts,
    unknown: unknown - unknownActions - unknownCreations - unknownGone,
  };
  if (accepted < ENOUGH) return [];
  return Object.entries(BOUNDS).flatMap(([name, bound]) => {
    const share = (bounded[name] ?? 0) / accepted;
    return share < bound ? [] : [`${name}: ${percent(share)} of the changes, not below ${percent(bound)}`];
  });
}

const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
