import { parseJson, writeJson } from '../lib/json/exact-json.ts';
import { HIDDEN, masked } from '../operator/masking.ts';

export { HIDDEN, masked };

/** A JSON text, indented, with everything hidden that must not be shown. Of any other text only the length is shown. */
export function maskedText(text: string): string {
  try {
    const value = parseJson(text);
    if (typeof value === 'object' && value !== null) return writeJson(masked(value), 2);
  } catch {
    // It is not JSON; the return below says so.
  }
  return `(${Buffer.byteLength(text)} bytes, not a JSON object)`;
}

const HEADERS = new Set(['content-type', 'x-sdk-date', 'x-project-id']);
const CREDENTIALS = new Set(['authorization', 'x-auth-token', 'x-security-token']);

/** The useful headers, with credentials hidden. */
export const maskedHeaders = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (CREDENTIALS.has(name)) return [[name, HIDDEN]];
      return HEADERS.has(name) ? [[name, value]] : [];
    }),
  );
