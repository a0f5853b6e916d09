import { readChange } from '../../lib/change/change.ts';
import { type Accepted, examine, type IntakeSettings } from '../../lib/change/validate.ts';
import { OperatorError } from '../../operator/fault.ts';
import type { InputChange } from './given.ts';
import { troublesOf } from './troubles.ts';

/** A change as it was given, and as the relay takes it. */
export interface ValidInput {
  given: InputChange;
  order: Accepted;
}

/** All changes, or one fault that names everything that is wrong with any of them. */
export function demandValid(given: InputChange[], settings: IntakeSettings): ValidInput[] {
  const judged = given.map((one) => ({ given: one, result: examine(readChange(one.text), settings) }));
  const [first, ...rest] = judged.flatMap(({ given: one, result }) =>
    result.kind === 'refusal' ? troublesOf(one, result) : [],
  );
  if (first) throw new OperatorError('change_invalid', 'invalid', [first, ...rest]);
  return judged.flatMap(({ given: one, result }) => (result.kind === 'order' ? [{ given: one, order: result }] : []));
}
