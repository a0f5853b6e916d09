import type * as z from 'zod';

/** Reads a secret's JSON by its schema. Throws an error that names the variable and the members at fault, never a value. */
export function readShape<Schema extends z.ZodType>(variable: string, schema: Schema, text: string): z.output<Schema> {
  const read = schema.safeParse(parsed(text));
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new SecretShapeError(`the secret behind ${variable} has the wrong shape: ${faults.slice(0, 5).join('; ')}`);
}

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
