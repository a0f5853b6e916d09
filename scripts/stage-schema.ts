import * as z from 'zod';
import { REGION } from '../src/lib/aws/partitions.ts';
import { PROFILES, type ProfileName } from '../src/lib/provider/profiles.ts';
import { MAX_AGE_SECONDS, MESSAGE_DAYS } from '../src/lib/relay/times.ts';
import { defaultRunbook, RunbookUrl } from './links.ts';
import { Tags } from './tags.ts';

const SERVICE = 'migration-relay';
/** With this smsEndpoint the stage has no SMS, although the cloud has it. */
export const NO_SMS = 'none';
/** The retentions that CloudWatch Logs accepts, in days. */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function integer(min: number, max: number, why = '') {
  const error = `must be a whole number from ${min} to ${max}${why}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}
const MESSAGE_LIFE = `, because a message lives ${MESSAGE_DAYS} days in its queue and its change must end before that`;
const text = (pattern: RegExp, what: string) => z.string().regex(pattern, { error: `must be ${what}` });
/** ARNs of a service, by the pattern of what follows the account. IAM has no region. */
const arn = (service: string, rest: string, what: string) =>
  text(new RegExp(`^arn:aws[a-z-]*:${service}:${service === 'iam' ? '' : '[a-z][a-z0-9-]+'}:\\d{12}:${rest}$`), what);
const accounts = z.array(text(/^\d{12}$/, 'the id of an account, 12 digits in quotes')).default([]);
const queue = arn('sqs', '[\\w-]{1,75}\\.fifo', 'the ARN of a FIFO queue').optional();
/**
 * AWS's limit of a secret's name is 512. Three of 256 fit into the policy of an operator, which may have 6,144 characters, if no
 * other parameter lengthens it; packaging measures it. The template makes permissions of the names. An ARN, or a parameter, which
 * starts with a slash, is therefore not possible.
 */
const secretName = z.string().regex(/^[\w+=.@-][\w/+=.@-]{0,255}$/, {
  error: 'must be the name of a secret in Secrets Manager, with at most 256 characters',
});
/** A host has at most 253 characters (RFC 1035). */
const endpoint = z.string().max(270, { error: 'must be an https origin of at most 270 characters' }).default('');

/** The parameters of stages/NAME.yml. Those without a default are required. */
export const parametersOf = (stage: string) =>
  z.strictObject({
    region: text(REGION, 'a region of AWS'),
    provider: z.enum(Object.keys(PROFILES) as [ProfileName, ...ProfileName[]]),
    providerRegion: z.string(),
    alarmTarget: z.literal('none').or(arn('sns', '[\\w-]{1,256}', "none or an SNS topic's ARN")),
    dcsEndpoint: endpoint,
    smsEndpoint: endpoint,
    iamEndpoint: endpoint,
    providerCredentials: secretName.default(`${SERVICE}/${stage}/provider`),
    fingerprintKeys: secretName.default(`${SERVICE}/${stage}/fingerprint`),
    webhookSecrets: secretName.default(`${SERVICE}/${stage}/webhook`),
    passwordPrefix: secretName.regex(/\/$/, { error: 'must end in /' }).default(`${SERVICE}/${stage}/redis/`),
    smsRevision: z.enum(['2024-09', '2026-01']).default('2026-01'),
    alarms: z.enum(['all', 'few']).default('all'),
    dashboard: z.boolean().default(true),
    /** US dollars. */
    monthlyBudget: integer(1, 1_000_000).optional(),
    // The limits of AWS::KMS::Key, RotationPeriodInDays.
    keyRotationDays: integer(90, 2560).default(365),
    maxAttempts: integer(1, 50).default(10),
    maxAgeSeconds: integer(60, MAX_AGE_SECONDS, MESSAGE_LIFE).default(86_400),
    maximumConcurrency: integer(2, 1000).default(10),
    reserveConcurrency: z.boolean().default(true),
    webhookConcurrency: integer(1, 1000).default(10),
    webhookRate: integer(1, 10_000).default(50),
    webhookBurst: integer(1, 5000).default(100),
    oldestMessageSeconds: integer(60, (MESSAGE_DAYS - 1) * 86_400).default(900),
    logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
    logRetentionDays: z.literal(RETENTIONS).default(90),
    archiveDays: integer(0, 3650).default(0),
    tracing: z.boolean().default(false),
    rollbackMinutes: z
      .union([z.literal('none'), z.int().min(0).max(180)], { error: 'must be none, or a whole number from 0 to 180' })
      .default(0),
    senders: z.array(arn('iam', '(role|user)/[\\w+=,.@/*-]{1,576}', 'the ARN of a role or a user')).default([]),
    senderAccounts: accounts,
    senderRules: z
      .array(arn('events', 'rule/([\\w./-]+/)?[\\w.-]{1,64}', 'the ARN of a rule of EventBridge'))
      .default([]),
    // "You can't subscribe a FIFO queue to a standard topic" (SNS, "Message ordering and deduplication using FIFO topics").
    senderTopics: z
      .array(arn('sns', '[\\w-]{1,251}\\.fifo', "a FIFO topic's ARN, because other topics can't send to FIFO queues"))
      .default([]),
    consumerAccounts: accounts,
    existingKey: arn('kms', 'key/[\\w-]{1,200}', 'the ARN of a key, not of an alias').optional(),
    existingBus: arn('events', 'event-bus/[\\w.-]{1,256}', "a bus's ARN or name")
      .or(text(/^[\w.-]{1,256}$/, "a bus's ARN or name"))
      .optional(),
    existingQueues: z
      .strictObject({ dcs: queue, dcsDeadLetters: queue, sms: queue, smsDeadLetters: queue })
      .default({}),
    secretKeys: z.array(arn('kms', 'key/[\\w-]{1,200}', 'the ARN of a key, not of an alias')).default([]),
    // Lambda takes 16 subnets and 5 security groups (API reference, VpcConfig).
    vpc: z
      .strictObject({
        subnets: z
          .array(text(/^subnet-[0-9a-f]{8,17}$/, 'the id of a subnet'))
          .min(1)
          .max(16),
        securityGroups: z
          .array(text(/^sg-[0-9a-f]{8,17}$/, 'the id of a security group'))
          .min(1)
          .max(5),
      })
      .optional(),
    permissionsBoundary: text(
      /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]{1,640}$/,
      'the ARN of a policy',
    ).optional(),
    tags: Tags.default({}),
    runbookUrl: RunbookUrl.default(defaultRunbook),
    inlinePasswords: z.boolean().default(false),
    timeScale: integer(1, 20).default(1),
  });
export type Parameters = z.output<ReturnType<typeof parametersOf>>;

/** The names of all parameters. */
export const PARAMETER_NAMES = Object.keys(parametersOf('any').shape);
