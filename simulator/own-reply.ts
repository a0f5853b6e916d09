import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as z from 'zod';

/** What describes the bytes that the simulator itself counts and sends. */
const FRAMING = ['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'trailer', 'upgrade'];
const HEADERS_LIMIT = 64;
const HEADER_LIMIT = 16 * 1024;
const BODY_LIMIT = 1024 * 1024;
/** Replies that have no body (RFC 9110, 15.3.5 and 15.4.5). */
export const BODILESS = [204, 304];
/** Damages that bring a body of their own. */
export const REPLACING = ['html', 'empty', 'wrong-shape', 'redirect', 'huge'];

function isHeader([name, value]: [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return !FRAMING.includes(name.toLowerCase()) && value.length <= HEADER_LIMIT;
  } catch {
    return false;
  }
}

/** Text that may be the value of a header. */
export const HeaderText = z
  .string()
  .min(1)
  .refine((value) => isHeader(['any', value]), {
    error: `must be text for a header, at most ${HEADER_LIMIT} characters`,
  });

/** Headers of a fault's own choosing, with their limits. */
export const OwnHeaders = z
  .record(z.string(), z.string())
  .refine((headers) => Object.keys(headers).length <= HEADERS_LIMIT, { error: `at most ${HEADERS_LIMIT}` })
  .superRefine((headers, { addIssue }) => {
    for (const [name] of Object.entries(headers).filter((header) => !isHeader(header))) {
      addIssue({
        code: 'custom',
        path: [name],
        message: `must be a header of at most ${HEADER_LIMIT} characters that is none of ${FRAMING.join(', ')}`,
      });
    }
  });

const sizeOf = (body: unknown): number =>
  Buffer.byteLength(typeof body === 'string' ? body : (JSON.stringify(body) ?? ''));

/** A body of a fault's own choosing: text is sent as it is, anything else as JSON. */
export const OwnBody = z
  .unknown()
  .refine((body) => sizeOf(body) <= BODY_LIMIT, { error: `at most ${BODY_LIMIT} bytes; reply: huge sends more` });
