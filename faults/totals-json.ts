import type { Totals } from './totals.ts';

/** The one object that `--json` prints. */
export function toJson({
  changes,
  seeds,
  violations,
  counts,
  harsh,
  special,
  outage,
  poison,
  sick,
  longOutage,
  ...rest
}: Totals): object {
  const { faultsFired, matrix, mutants } = rest;
  return {
    // Of all runs, as the seeds and violations are.
    changes: changes + (harsh.accepted ?? 0),
    seeds,
    ...violations,
    ...told(counts),
    harsh: { changes: harsh.accepted ?? 0, ...told(harsh) },
    ...special,
    outage,
    poison,
    sick,
    longOutage,
    faultsFired,
    matrix,
    mutants,
  };
}

const told = ({
  unknown = 0,
  superseded = 0,
  duplicatePublishes = 0,
  repeatsAnswered = 0,
}: Record<string, number>) => ({
  unknown,
  superseded,
  duplicatePublishes,
  repeatsAnswered,
});
