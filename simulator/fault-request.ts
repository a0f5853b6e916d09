import * as z from 'zod';
import { BodyMatch } from './body-match.ts';
import { isKnownCode } from './error-sheet.ts';
import { HeaderText, OwnBody, OwnHeaders, WITH_OWN_BODY, WITHOUT_BODY } from './own-reply.ts';

const Match = z.strictObject({
  service: z.enum(['dcs', 'sms', 'iam']).optional(),
  operation: z.string().optional(),
  method: z.string().optional(),
  task: z.string().optional(),
  source: z.string().optional(),
  body: BodyMatch.optional(),
});

const UNKNOWN_CODE = 'is not in the error tables of the manuals; ask for a reply of your own by body and status';
const Code = z.string().refine(isKnownCode, { error: UNKNOWN_CODE });

/** The fault of the reads of a task after a fault has occurred at its call. */
const Readings = z.strictObject({
  calls: z.int().min(1).optional(),
  status: z.int().min(200).max(599).optional(),
  code: Code.optional(),
});

/** The request that sets a fault. README.md explains each member. */
export const FaultRequest = z
  .strictObject({
    match: Match.optional(),
    calls: z.int().min(1).optional(),
    share: z.number().min(0).max(1).optional(),
    seed: z.int().optional(),
    when: z.enum(['before', 'after']).default('before'),
    status: z.int().min(200).max(599).optional(),
    code: Code.optional(),
    message: z.string().optional(),
    body: OwnBody.optional(),
    headers: OwnHeaders.optional(),
    interim: z.literal([100, 102, 103]).optional(),
    delay_ms: z.int().min(0).optional(),
    lands_after_ms: z.int().min(0).optional(),
    reset: z.literal(true).optional(),
    hang: z.literal(true).optional(),
    reply: z
      .enum([
        'truncated',
        'malformed',
        'html',
        'empty',
        'wrong-type',
        'wrong-shape',
        'drip',
        'gzip',
        'redirect',
        'huge',
        'huge-header',
      ])
      .optional(),
    drip_ms: z.int().min(1).optional(),
    retry_after: z.union([z.int().min(0), HeaderText]).optional(),
    refuse_ms: z.int().min(1).max(86_400_000).optional(),
    readings: Readings.optional(),
  })
  .refine(
    ({ refuse_ms, when, ...more }) => refuse_ms === undefined || (when === 'before' && Object.keys(more).length === 0),
    {
      path: ['refuse_ms'],
      message: 'stands alone: a connection is refused before anything is known of its call',
    },
  )
  .refine(({ when, lands_after_ms }) => when === 'before' || lands_after_ms === undefined, {
    path: ['lands_after_ms'],
    message: 'needs when: before, because the call cannot be applied twice',
  })
  .refine(({ body, code, message }) => body === undefined || (code ?? message) === undefined, {
    path: ['body'],
    message: 'is the whole reply; leave out code and message',
  })
  .refine(({ body, reply = '' }) => body === undefined || !WITH_OWN_BODY.includes(reply), {
    path: ['body'],
    message: `cannot go with reply: ${WITH_OWN_BODY.join(', ')}, which bring a body of their own`,
  })
  .refine(({ body, status = 200 }) => body === undefined || !WITHOUT_BODY.includes(status), {
    path: ['body'],
    message: `a reply of status ${WITHOUT_BODY.join(' or ')} has none`,
  })
  .refine(
    ({ match: _, calls, share, seed, when, readings, ...effect }) =>
      Object.values(effect).some((one) => one !== undefined),
    {
      message:
        'a fault needs an effect: status, code, message, body, headers, interim, delay_ms, lands_after_ms, reset, hang, reply, retry_after or refuse_ms',
    },
  );
export type FaultRequest = z.infer<typeof FaultRequest>;

/** A fault. `after` is the id of the fault that it follows, and `until` is when it stops refusing connections (ISO 8601). */
export type Fault = FaultRequest & { id: string; fired: number; after?: string; until?: string };
