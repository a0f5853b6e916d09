import * as z from 'zod';
import { REVISIONS } from '../operations/operation.ts';
import { MAX_AGE_SECONDS } from '../relay/times.ts';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const reference = z.string().min(1).max(2048);
const endpoint = z
  .union([z.literal(''), z.url()])
  .default('')
  .transform((url) => (url === '' ? undefined : url));

const Shared = z.object({
  STAGE: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  PROVIDER: z.enum(['huawei-cloud', 'open-telekom-cloud']),
  SMS_API_REVISION: z.enum(REVISIONS).default('2026-01'),
  ALLOW_INLINE_PASSWORDS: flag.default(false),
  TIME_SCALE: z.coerce.number().min(1).max(20).default(1),
});

/** The environment of the functions that process changes. */
export const RelayConfig = Shared.extend({
  LEDGER_TABLE: z.string().min(3),
  RESULT_BUS: z.string().min(1),
  QUEUE_URL: z.url(),
  PROVIDER_REGION: z.string().min(1),
  DCS_ENDPOINT: endpoint,
  SMS_ENDPOINT: endpoint,
  IAM_ENDPOINT: endpoint,
  PROVIDER_CREDENTIALS: reference,
  FINGERPRINT_KEYS: reference,
  /** Changes may name only secrets below this prefix; none if it is empty. It ends in a slash, so that no longer name matches by chance. */
  PASSWORD_REFERENCE_PREFIX: z
    .string()
    .max(512)
    .regex(/^$|[^/]\/$/, { error: 'must end in /' })
    .default(''),
  MAX_ATTEMPTS: integer(1, 50).default(10),
  MAX_AGE_SECONDS: integer(60, MAX_AGE_SECONDS).default(86_400),
});
export type RelayConfig = z.infer<typeof RelayConfig>;

/** The environment of the webhook function. */
export const WebhookConfig = Shared.extend({
  WEBHOOK_SECRETS: reference,
  DCS_QUEUE_URL: z.url(),
  SMS_QUEUE_URL: z.url().optional(),
  /** The reserved concurrency of the stage's file, or `none`. Only `relay resume` reads it, after it was 0 for a while. */
  RESERVED_CONCURRENCY: z.string().optional(),
});
export type WebhookConfig = z.infer<typeof WebhookConfig>;

/** Reads the environment once, at cold start. Throws one error that names every invalid variable and never a value. */
export function loadConfig<Schema extends z.ZodType>(schema: Schema, environment: NodeJS.ProcessEnv): z.output<Schema> {
  const read = schema.safeParse(environment);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`the function's environment is wrong: ${faults.join('; ')}`);
}
