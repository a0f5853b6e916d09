declare global {
  interface JSON {
    isRawJSON(value: unknown): value is RawJSON;
  }
}

/** A JSON object whose members are not known yet. */
export type Members = Record<string, unknown>;

/** Parses JSON. A number that JavaScript cannot hold exactly is kept digit for digit as raw text (ECMA-262 2025). */
export const readExact = (text: string): unknown =>
  JSON.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value,
  );

/** Parses the bytes of a JSON text; undefined if they are no JSON in UTF-8. */
export function readBytes(bytes: Buffer): unknown {
  try {
    return readExact(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** True for a JSON object: no array, no null, no raw number. */
export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);

/** The text of a number as it was received, or undefined for anything else. */
export function numberText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return JSON.isRawJSON(value) ? value.rawJSON : undefined;
}

/** The object without its null members. The manuals' examples send null for absent members. */
export const withoutNulls = (members: Members): Members =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));

/** The named members that the object has, in the order of the names. */
export const pick = (members: Members, names: readonly string[]): Members =>
  Object.fromEntries(names.filter((name) => members[name] !== undefined).map((name) => [name, members[name]]));
