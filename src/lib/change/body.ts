import { isObject, parseJson } from './json.ts';
import type { Problem } from './problem.ts';
import { scan } from './scan.ts';

/** The largest change taken, in bytes of UTF-8, its wrapping included. */
export const MAX_BYTES = 256 * 1024;
/** The deepest nesting taken; the deepest field of the APIs stands at 9, and wrapping adds little. */
export const MAX_DEPTH = 24;

export type Parsed = { value: unknown } | { problem: Problem };

/** Bytes are counted and depth is scanned before parsing, so that a bomb costs no more than a look. */
export function parse(body: string): Parsed {
  if (Buffer.byteLength(body) > MAX_BYTES) return fault(`must be at most ${MAX_BYTES} bytes`);
  const scanned = scan(body);
  if (scanned.depth > MAX_DEPTH) return fault(`must not nest deeper than ${MAX_DEPTH}`);
  try {
    return { value: parseJson(body, scanned) };
  } catch {
    return fault('must be JSON');
  }
}

const fault = (message: string) => ({ problem: { path: '', message } });

/** Takes a change out of what EventBridge or SNS put around it, `layers` deep at most. */
export function unwrap(value: unknown, layers: number): Parsed {
  if (layers === 0 || !isObject(value) || 'specversion' in value) return { value };
  if ('detail-type' in value && 'detail' in value) return unwrap(value.detail, layers - 1);
  if (value.Type === 'Notification' && typeof value.Message === 'string') return unwrapText(value.Message, layers - 1);
  return { value };
}

function unwrapText(message: string, layers: number): Parsed {
  const inner = parse(message);
  return 'problem' in inner ? inner : unwrap(inner.value, layers);
}
