import { type ParseResult, parse } from './body.ts';
import type { Envelope } from './envelope.ts';

/** The data of an event: `data`, or the JSON in `data_base64`, where SDKs put data that they got as bytes. */
export function dataOf({ data, data_base64 }: Envelope): ParseResult {
  if (data_base64 === undefined) return { value: data };
  if (data !== undefined) return fault('must not be given together with data');
  const bytes = Buffer.from(data_base64, 'base64');
  if (bytes.toString('base64') !== data_base64) return fault('must be base64');
  const text = decodeUtf8(bytes);
  if (text === undefined) return fault('must contain UTF-8');
  const parsed = parse(text);
  return 'problem' in parsed ? fault(`must decode to valid data: the text ${parsed.problem.message}`) : parsed;
}

const fault = (message: string) => ({ problem: { path: 'data_base64', message } });

/** Decodes bytes as text and keeps a byte order mark. Undefined if the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** True if the bytes begin with the mark of UTF-16, or have a zero byte beside the first letter. */
export const isUtf16 = (bytes: Buffer) => /^(?:fffe|feff|00|..00)/.test(bytes.toString('hex', 0, 2));
