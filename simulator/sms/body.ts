import { refuse } from '../errors.ts';
import { isMembers, type Members, readBytes, withoutNulls } from '../json.ts';
import { members, type Rule, ValidationError } from '../rules.ts';
import type { Call, World } from '../world.ts';

const CODES = { type: 'SMS.6011', range: 'SMS.6011', length: 'SMS.6014', missing: 'SMS.6013' };

/** Codes of certain fields, by their paths. */
export type FieldCodes = Record<string, string>;

/** The name and the type of a task have codes of their own in every call. */
const TASK_CODES: FieldCodes = { name: 'SMS.7711', type: 'SMS.7712' };

const codeOf = ({ path, problem }: ValidationError, codes: FieldCodes): string =>
  codes[path] ?? TASK_CODES[path] ?? CODES[problem];

/** Runs a check. Refuses the call if a value breaks a rule, with the code of its field or of the problem. */
export function refuseProblems<T>(check: () => T, codes: FieldCodes = {}): T {
  try {
    return check();
  } catch (problem) {
    if (problem instanceof ValidationError) refuse(codeOf(problem, codes));
    throw problem;
  }
}

/** The members of a body that are not null. Refuses a body that is not a JSON object. */
export function readMembers({ body, contentType }: Pick<Call, 'body' | 'contentType'>): Members {
  if (!/^application\/json\b/i.test(contentType)) refuse('SMS.6016');
  if (body.length === 0) refuse('SMS.6012');
  const value = readBytes(body) ?? refuse('SMS.6010');
  return isMembers(value) ? withoutNulls(value) : refuse('SMS.6011');
}

/** The members of a body that a call knows, in its rules. Refuses a body that breaks a rule or lacks a required member. */
export function readKnown(
  call: Pick<Call, 'body' | 'contentType'>,
  rules: Record<string, Rule>,
  required: readonly string[],
  codes?: FieldCodes,
): Members {
  const given = readMembers(call);
  refuseProblems(() => members(rules, required)(given, ''), codes);
  return Object.fromEntries(Object.entries(given).filter(([name]) => Object.hasOwn(rules, name)));
}

/** Refuses a call whose path names a task or source that is not there. The manual says 400, and Terraform expects 404. */
export const refuseMissing = ({ settings }: World, code: string): never =>
  refuse(code, undefined, settings.sms_missing_status);
