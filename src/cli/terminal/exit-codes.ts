/** Every exit code of the command. Usage is 2, as shells expect; what ran fine but ended badly has codes of its own. */
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

/** What each code means, for `relay explain` and the documentation. */
export const EXIT_TEXTS: Readonly<Record<string, string>> = {
  0: 'Done; also for an empty list.',
  1: 'The relay or AWS failed; the cause is shown.',
  2: 'Usage: an unknown command or option, or an argument that is missing or wrong.',
  3: 'The change is invalid (validate, plan, send, resend).',
  4: 'Credentials, rights, or no such stage.',
  5: 'Finished, but as rejected, failed or superseded (send, resend, status --wait, results --fail-fast).',
  6: 'Finished as unknown: a person is needed.',
  7: 'Something would change (plan --exit-code).',
  8: 'Still pending when --timeout ran out.',
  130: 'Interrupted; the message names what was already sent.',
};

/** The code of a change's end. */
export function exitOf(outcome: string): number {
  if (outcome === 'succeeded') return EXIT.done;
  return outcome === 'unknown' ? EXIT.unknown : EXIT.ended;
}
