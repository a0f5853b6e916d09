import { readChange } from '../../lib/change/change.ts';
import { type ValidationSettings, type ValidChange, validate } from '../../lib/change/validate.ts';
import { OperatorError, usage } from '../../operator/fault.ts';
import type { Io } from '../terminal/screen.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { type InputChange, readInput } from './input-files.ts';

/** A change as it was given, and as the relay understands it. */
export interface ValidInput {
  input: InputChange;
  change: ValidChange;
}

/** Validates all changes. Throws one error that names every problem of every change. */
export function requireValid(inputs: InputChange[], settings: ValidationSettings): ValidInput[] {
  const validated = inputs.map((one) => ({ input: one, result: validate(readChange(one.text), settings) }));
  const [first, ...rest] = validated.flatMap(({ input: one, result }) =>
    result.kind === 'invalid' ? diagnosticsOf(one, result) : [],
  );
  if (first) throw new OperatorError('change_invalid', 'invalid', [first, ...rest]);
  return validated.flatMap(({ input: one, result }) =>
    result.kind === 'valid' ? [{ input: one, change: result }] : [],
  );
}

/** The change in a file that a command takes one of. Throws a fault if there are more, or if it is invalid. */
export async function readOne(
  command: string,
  file: string,
  io: Io,
  settings: ValidationSettings,
): Promise<ValidInput> {
  const inputs = await readInput([file], io);
  const [valid] = inputs.length === 1 ? requireValid(inputs, settings) : [];
  if (!valid) throw usage(`${command} takes one change`, { where: { file } });
  return valid;
}
