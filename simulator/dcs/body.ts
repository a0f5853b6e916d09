import { refuse } from '../errors.ts';
import { isMembers, type Members, readBytes, withoutNulls } from '../json.ts';
import { type Rule, ValidationError } from '../rules.ts';
import type { Call } from '../world.ts';

/** Runs a check. Refuses the call if a parameter breaks a rule, and names the parameter. */
export function refuseProblems<T>(check: () => T): T {
  try {
    return check();
  } catch (problem) {
    if (problem instanceof ValidationError) refuse('DCS.4063', problem.path);
    throw problem;
  }
}

/** The members of a body that are not null. Refuses a body that breaks the rule or is no JSON object. */
export function readMembers({ body }: Pick<Call, 'body'>, rule: Rule): Members {
  if (body.length === 0) refuse('DCS.4004');
  const value = readBytes(body);
  if (!isMembers(value)) return refuse('DCS.4005');
  refuseProblems(() => rule(value, ''));
  return withoutNulls(value);
}
