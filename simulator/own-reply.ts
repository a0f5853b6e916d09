import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as z from 'zod';

/** Headers that describe the bytes of the message. The simulator sets them itself. */
const FRAMING = ['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'trailer', 'upgrade'];
const MAX_HEADERS = 64;
const MAX_HEADER = 16 * 1024;
const MAX_BODY = 1024 * 1024;
/** Replies that have no body (RFC 9110, 15.3.5 and 15.4.5). */
export const WITHOUT_BODY = [204, 304];
/** Values of `reply` that replace the body. */
export const WITH_OWN_BODY = ['html', 'empty', 'wrong-shape', 'redirect', 'huge'];

function isHeader([name, value]: [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return !FRAMING.includes(name.toLowerCase()) && value.length <= MAX_HEADER;
  } catch {
    return false;
  }
}

/** A text that can be the value of a header. */
export const HeaderText = z
  .string()
  .min(1)
  .refine((value) => isHeader(['any', value]), {
    error: `must be text for a header, at most ${MAX_HEADER} characters`,
  });

/** The headers of a fault, with their limits. */
export const OwnHeaders = z
  .record(z.string(), z.string())
  .refine((headers) => Object.keys(headers).length <= MAX_HEADERS, { error: `at most ${MAX_HEADERS}` })
  .superRefine((headers, { addIssue }) => {
    for (const [name] of Object.entries(headers).filter((header) => !isHeader(header))) {
      addIssue({
        code: 'custom',
        path: [name],
        message: `must be a header of at most ${MAX_HEADER} characters that is none of ${FRAMING.join(', ')}`,
      });
    }
  });

const sizeOf = (body: unknown): number =>
  Buffer.byteLength(typeof body === 'string' ? body : (JSON.stringify(body) ?? ''));

/** The body of a fault. Text is sent as it is, anything else as JSON. */
export const OwnBody = z
  .unknown()
  .refine((body) => sizeOf(body) <= MAX_BODY, { error: `at most ${MAX_BODY} bytes; reply: huge sends more` });
