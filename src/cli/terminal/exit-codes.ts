/**
 * Every exit code of the command. A usage error is 2, as shells expect. A run that worked but found a bad outcome has codes
 * of its own.
 */
export const EXIT = {
  done: 0,
  broken: 1,
  usage: 2,
  invalid: 3,
  denied: 4,
  ended: 5,
  unknown: 6,
  differs: 7,
  pending: 8,
  interrupted: 130,
} as const;

/** The meaning of each code, for `relay explain` and the documentation. */
export const EXIT_TEXTS: Readonly<Record<string, string>> = {
  0: 'Done. An empty list counts as done.',
  1: 'The relay or AWS failed. The cause is shown.',
  2: 'Usage error: an unknown command or option, or a missing or wrong argument.',
  3: 'The change is invalid (validate, plan, send, resend).',
  4: 'The credentials or permissions are missing, or there is no such stage.',
  5: 'The change ended as rejected, failed or superseded (send, resend, status --wait, results --fail-fast).',
  6: 'The change ended as unknown. Somebody has to check the task.',
  7: 'The change would change the task (plan --exit-code).',
  8: 'The change had not ended when --timeout was over, or the queues were not empty (drain).',
  130: 'Interrupted. The message says what was already sent.',
};

/** The exit code for an outcome. */
export function exitOf(outcome: string): number {
  if (outcome === 'succeeded') return EXIT.done;
  return outcome === 'unknown' ? EXIT.unknown : EXIT.ended;
}
