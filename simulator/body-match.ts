import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { isMembers, type Members, readBytes } from './json.ts';

/** What the body of a request must contain: a text, or the members of a JSON object. */
export const BodyMatch = z.union([z.string().min(1), z.custom<Members>(isMembers)], {
  error: 'must be a text or a JSON object',
});
type BodyMatch = z.infer<typeof BodyMatch>;

/** True if a value has all members of an object, at every depth. Everything else, also an array, must be equal. */
function contains(value: unknown, wanted: unknown): boolean {
  if (!isMembers(wanted)) return isDeepStrictEqual(value, wanted);
  return isMembers(value) && Object.entries(wanted).every(([name, one]) => contains(value[name], one));
}

/** True if the body has the text as it was sent, or is a JSON object with these members. */
export const isInBody = (wanted: BodyMatch, body: Buffer): boolean =>
  typeof wanted === 'string' ? body.includes(wanted) : contains(readBytes(body), wanted);
