import { isObject, parseJson } from '../json/exact-json.ts';
import type { Problem } from '../json/problem.ts';
import { scan } from '../json/scan.ts';
import { syntaxFaultIn, toPosition } from '../json/syntax.ts';

/** The largest change that is accepted, in bytes of UTF-8, including its wrapping. */
export const MAX_BYTES = 256 * 1024;
/** The deepest nesting that is accepted. The deepest field of the APIs is at level 9, and wrapping adds little. */
export const MAX_DEPTH = 24;
/** The most elements that the lists of a change may have together. It bounds the time that validation takes. */
export const MAX_ELEMENTS = 5000;

export type ParseResult = { value: unknown } | { problem: Problem };

/**
 * Parses a message's body. Size and depth are checked before parsing, so that a harmful text costs little. A byte order
 * mark at the start is skipped, as RFC 8259 (8.1) allows.
 */
export function parse(body: string): ParseResult {
  if (Buffer.byteLength(body) > MAX_BYTES) return fault(`must be at most ${MAX_BYTES} bytes`);
  const text = withoutMark(body);
  const scanned = scan(text);
  if (scanned.depth > MAX_DEPTH) return fault(`must not nest deeper than ${MAX_DEPTH}`);
  try {
    return { value: parseJson(text, scanned) };
  } catch {
    return fault(`must be JSON: ${whyNot(text)}`);
  }
}

const fault = (message: string) => ({ problem: { path: '', message } });

/** Counts the elements of all lists in a value. */
export function countElements(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, inner) => sum + countElements(inner), value.length);
  // Names are read and not entries, because entries cost more in an object with thousands of members.
  return isObject(value) ? Object.keys(value).reduce((sum, name) => sum + countElements(value[name]), 0) : 0;
}

/** Removes a byte order mark from the start of a text. */
export const withoutMark = (text: string) => (text.startsWith('\ufeff') ? text.slice(1) : text);

function whyNot(text: string): string {
  // ASCII letters in UTF-16 that are read as UTF-8 have a NUL next to them.
  if (/^[\s\S]?\0/.test(text)) return 'it looks like UTF-16 and must be UTF-8';
  const found = syntaxFaultIn(text);
  if (!found) return 'it is not';
  const { line, column } = toPosition(text, found.offset);
  const cut = found.isCut ? 'it ends too early, ' : '';
  return `${cut}at line ${line}, column ${column}: expected ${found.expected}`;
}

/** Takes a change out of the envelopes of EventBridge or SNS, of which there may be `layers` at most. */
export function unwrap(value: unknown, layers: number): ParseResult {
  const inner = contentOf(value);
  if (inner === undefined) return { value };
  if (layers === 0) return fault('must not be in more than two envelopes of EventBridge or SNS');
  if ('value' in inner) return unwrap(inner.value, layers - 1);
  const parsed = parse(inner.text);
  if ('value' in parsed) return unwrap(parsed.value, layers - 1);
  return fault(`must not be in an SNS envelope with an invalid message: it ${parsed.problem.message}`);
}

/** The content of an envelope: a value for EventBridge, text for SNS. Undefined if the value is not an envelope. */
function contentOf(value: unknown): { value: unknown } | { text: string } | undefined {
  if (!isObject(value) || 'specversion' in value) return undefined;
  if ('detail-type' in value && 'detail' in value) return { value: value.detail };
  if (value.Type === 'Notification' && typeof value.Message === 'string') return { text: value.Message };
  return undefined;
}
