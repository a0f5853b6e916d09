/** Behaviours of the provider whose reply proves that the request was not carried out. */
export const NOT_EXECUTED = new Set([
  'throttled',
  'throttled_retry_after',
  'throttled_absurd_retry_after',
  'refused_400',
  'busy_400',
  'refused_401',
  'skew_403',
  'gateway_503',
  'already',
  'illegal_action',
  'refused_element',
  'other_missing',
]);

/** How long a request without a reply may still take effect: its deadline of 10 seconds and the grace period of 30. */
export const LATEST_EFFECT = 40_000;
