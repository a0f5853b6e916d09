import { OPERATIONS } from '../../contracts/contract.ts';
import { readChange } from '../../lib/change/change.ts';
import { type Accepted, examine, type IntakeSettings, type Refused } from '../../lib/change/validate.ts';
import { REVISIONS, type Revision } from '../../lib/operations/operation.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { CliFault } from '../terminal/fault.ts';
import type { Given } from './given.ts';
import { troublesOf } from './troubles.ts';

/** By what changes are judged: a stage's settings, or those of no stage in particular. */
export function intakeSettings(environment: Record<string, string> = {}): IntakeSettings {
  const { SMS_API_REVISION: revision, ALLOW_INLINE_PASSWORDS: inline } = environment;
  return {
    operations: OPERATIONS,
    revision: REVISIONS.find((one) => one === revision) ?? (REVISIONS[1] satisfies Revision),
    allowInlineSecrets: inline === 'true',
  };
}

/** Judges a change as the relay would. */
export const judge = (given: Given, settings: IntakeSettings): Accepted | Refused =>
  examine(readChange(given.text), settings);

/** All changes, or one fault that names everything that is wrong with any of them. */
export function demandValid(given: Given[], settings: IntakeSettings): { given: Given; order: Accepted }[] {
  const judged = given.map((one) => ({ given: one, judged: judge(one, settings) }));
  const [first, ...rest] = judged.flatMap(({ given: one, judged: result }) =>
    result.kind === 'refusal' ? troublesOf(one, result) : [],
  );
  if (first) throw new CliFault('change_invalid', EXIT.invalid, [first, ...rest]);
  return judged.flatMap(({ given: one, judged: result }) =>
    result.kind === 'order' ? [{ given: one, order: result }] : [],
  );
}
