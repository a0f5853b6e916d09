import type * as z from 'zod';

/** Reads a secret's JSON by its schema. Throws an error that names the variable and the members at fault, never a value. */
export function readShape<Schema extends z.ZodType>(variable: string, schema: Schema, text: string): z.output<Schema> {
  const read = schema.safeParse(parsed(text));
  if (read.success) return read.data;
  const faults = read.error.issues.map((issue) => `${pathOf(issue.path)}: ${inWords(issue)}`);
  throw new SecretShapeError(`the secret behind ${variable} has the wrong shape: ${faults.slice(0, 5).join('; ')}`);
}

// A member's name may itself be the secret, pasted into the wrong place, and zod repeats names that it doesn't know.
const pathOf = (path: PropertyKey[]) => path.map(shown).join('.') || 'the whole';
const shown = (name: PropertyKey) => (/^\w{1,32}$/.test(String(name)) ? String(name) : '(a member)');
const inWords = ({ code, message }: z.core.$ZodIssue) =>
  code === 'unrecognized_keys' ? 'has a member that is not known' : message;

/** A secret exists but can't be used as it is. */
export class SecretShapeError extends Error {
  override readonly name = 'SecretShapeError';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
