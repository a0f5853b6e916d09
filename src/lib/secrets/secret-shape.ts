import type * as z from 'zod';
import { memoizeLast } from '../json/memoize-last.ts';
import { IN_WORDS, isMissing } from '../json/problem.ts';
import { tryJson } from '../json/try-json.ts';

/** Reads a secret's JSON by its schema. Throws a SecretShapeError that names the variable and the wrong members, never a value. */
export function readShape<Schema extends z.ZodType>(variable: string, schema: Schema, text: string): z.output<Schema> {
  const read = schema.safeParse(tryJson(text), IN_WORDS);
  if (read.success) return read.data;
  const faults = read.error.issues.map((issue) => `${pathOf(issue.path)}: ${inWords(issue)}`);
  throw new SecretShapeError(`the secret of ${variable} is not well formed: ${faults.slice(0, 5).join('; ')}`);
}

/** The same as a function of the text. It remembers its last result, because a secret is needed for every change. */
export const shapeReader = <Schema extends z.ZodType>(variable: string, schema: Schema) =>
  memoizeLast((text: string) => readShape(variable, schema, text));

// A member's name may itself be a secret in the wrong place, and zod repeats names that it does not know.
const pathOf = (path: PropertyKey[]) => path.map(showName).join('.') || 'the whole';
const showName = (name: PropertyKey) => (/^\w{1,32}$/.test(String(name)) ? String(name) : '(a member)');
function inWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'has an unknown member';
  return isMissing(issue) ? 'is missing' : issue.message;
}

/** Thrown when a secret exists but can't be used as it is. */
export class SecretShapeError extends Error {
  override readonly name = 'SecretShapeError';
}
