import { parseJson, writeJson } from '../lib/json/exact-json.ts';
import { HIDDEN, masked } from '../operator/masking.ts';

export { HIDDEN, masked };

/** A JSON text without what may not be shown, indented; of any other text only its length. */
export function maskedText(text: string): string {
  try {
    const value = parseJson(text);
    if (typeof value === 'object' && value !== null) return writeJson(masked(value), 2);
  } catch {
    // Told below.
  }
  return `(no JSON object: ${Buffer.byteLength(text)} bytes)`;
}

const HEADERS = new Set(['content-type', 'x-sdk-date', 'x-project-id']);
const CREDENTIALS = new Set(['authorization', 'x-auth-token', 'x-security-token']);

/** The headers that say something, credentials hidden. */
export const maskedHeaders = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (CREDENTIALS.has(name)) return [[name, HIDDEN]];
      return HEADERS.has(name) ? [[name, value]] : [];
    }),
  );
