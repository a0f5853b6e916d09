import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { REGION } from '../src/lib/aws/partitions.ts';
import { endpointsOf, PROFILES, type ProfileName } from '../src/lib/provider/profiles.ts';
import { receivesFor } from '../src/lib/relay/policy.ts';
import { MAX_AGE_SECONDS, MESSAGE_DAYS } from '../src/lib/relay/times.ts';
import { consoleHost, defaultRunbook, RunbookUrl } from './links.ts';
import { Tags } from './tags.ts';

/** The parser with which serverless reads serverless.yml. */
const { load } = createRequire(import.meta.resolve('serverless'))('js-yaml') as { load(text: string): unknown };

const SERVICE = 'migration-relay';
/** A property with this value counts as absent. */
const NOTHING = 'AWS::NoValue';
/** With this smsEndpoint the stage has no SMS, although the cloud has it. */
const NO_SMS = 'none';
/** The retentions that CloudWatch Logs accepts, in days. */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function integer(min: number, max: number, why = '') {
  const error = `must be a whole number from ${min} to ${max}${why}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}
const MESSAGE_LIFE = `, because a message lives ${MESSAGE_DAYS} days in its queue and its change must end before that`;
const arn = (pattern: RegExp, what: string) => z.string().regex(pattern, { error: `must be ${what}` });
/** The template makes permissions of the names. An ARN, or a parameter, which starts with a slash, is therefore not possible. */
const secretName = z
  .string()
  .regex(/^[\w+=.@-][\w/+=.@-]{0,480}$/, { error: 'must be the name of a secret in Secrets Manager' });
const endpoint = z.string().default('');

/** The parameters of stages/NAME.yml. Those without a default are required. */
const parameters = (stage: string) =>
  z.strictObject({
    region: z.string().regex(REGION, { error: 'must be a region of AWS' }),
    provider: z.enum(Object.keys(PROFILES) as [ProfileName, ...ProfileName[]]),
    providerRegion: z.string(),
    alarmTarget: z.literal('none').or(arn(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/, "none or an SNS topic's ARN")),
    dcsEndpoint: endpoint,
    smsEndpoint: endpoint,
    iamEndpoint: endpoint,
    providerCredentials: secretName.default(`${SERVICE}/${stage}/provider`),
    fingerprintKeys: secretName.default(`${SERVICE}/${stage}/fingerprint`),
    webhookSecrets: secretName.default(`${SERVICE}/${stage}/webhook`),
    passwordPrefix: secretName.regex(/\/$/, { error: 'must end in /' }).default(`${SERVICE}/${stage}/redis/`),
    smsRevision: z.enum(['2024-09', '2026-01']).default('2026-01'),
    maxAttempts: integer(1, 50).default(10),
    maxAgeSeconds: integer(60, MAX_AGE_SECONDS, MESSAGE_LIFE).default(86_400),
    maximumConcurrency: integer(2, 1000).default(10),
    webhookConcurrency: integer(1, 1000).default(10),
    webhookRate: integer(1, 10_000).default(50),
    webhookBurst: integer(1, 5000).default(100),
    oldestMessageSeconds: integer(60, (MESSAGE_DAYS - 1) * 86_400).default(900),
    logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
    logRetentionDays: z.literal(RETENTIONS).default(90),
    archiveDays: integer(0, 3650).default(0),
    tracing: z.boolean().default(false),
    senders: z
      .array(arn(/^arn:[\w-]+:iam::\d{12}:(role|user)\/[\w+=,.@/*-]+$/, 'the ARN of a role or a user'))
      .default([]),
    permissionsBoundary: arn(/^arn:[\w-]+:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/, 'the ARN of a policy').optional(),
    tags: Tags.default({}),
    runbookUrl: RunbookUrl.default(defaultRunbook),
    inlinePasswords: z.boolean().default(false),
    timeScale: integer(1, 20).default(1),
  });
const StageFile = z.record(z.string(), z.unknown());
type Parameters = z.output<ReturnType<typeof parameters>>;

/** The names of all parameters. */
export const PARAMETER_NAMES = Object.keys(parameters('any').shape);

const FOLDER = fileURLToPath(new URL('../stages/', import.meta.url));

/** The names of the stages, each of which has a file. */
export const stageNames = (folder = FOLDER) =>
  readdirSync(folder)
    .flatMap((name) => (name.endsWith('.yml') ? [name.slice(0, -4)] : []))
    .sort();

/**
 * The parameters of a stage for serverless.yml: those of stages/NAME.yml, the defaults, and what is derived from them. Throws a
 * sentence that names the unknown stage, or each parameter that is missing, unknown or wrong.
 */
export function stageParameters(stage: string, folder = FOLDER) {
  const file = `${folder}${stage}.yml`;
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(stage) || !existsSync(file)) throw unknownStage(stage, folder);
  const given = StageFile.parse(load(readFileSync(file, 'utf8')) ?? {});
  const read = parameters(stage).safeParse(given);
  if (!read.success) throw `stages/${stage}.yml: ${read.error.issues.map((issue) => inWords(issue, given)).join('; ')}`;
  const problem = notOnlyLocal(stage, read.data) ?? notOnlyPasswords(stage, read.data);
  if (problem) throw `stages/${stage}.yml: ${problem}`;
  const { smsEndpoint } = read.data;
  return { ...read.data, ...derived(stage, read.data), smsEndpoint: smsEndpoint === NO_SMS ? '' : smsEndpoint };
}

const unknownStage = (stage: string, folder: string) =>
  `there is no stage "${stage}": create stages/${stage}.yml (a name has lower-case letters, digits and dashes); there are ${stageNames(folder).join(', ')}`;

function inWords({ path, message, ...issue }: z.core.$ZodIssue, given: z.output<typeof StageFile>): string {
  const name = path.join('.');
  if ('keys' in issue) return `unknown: ${issue.keys.join(', ')}`;
  return String(path[0]) in given ? `${name}: ${message}` : `${name} is missing`;
}

/** Names a setting that only the local stage may have. Passwords in changes are unsafe when deployed, and shorter waits are wrong. */
function notOnlyLocal(stage: string, { inlinePasswords, timeScale }: Parameters): string | undefined {
  if (stage === 'local') return undefined;
  if (inlinePasswords) return 'inlinePasswords: only the stage local may accept passwords in changes';
  return timeScale > 1 ? 'timeScale: only the stage local may shorten the waits' : undefined;
}

/** Names what a change could read as a password although it is something else of the stage. */
function notOnlyPasswords(stage: string, { passwordPrefix, ...set }: Parameters): string | undefined {
  const others = [set.providerCredentials, set.fingerprintKeys, set.webhookSecrets, `${SERVICE}/${stage}/stack/`];
  const found = others.find(
    (name) => name.startsWith(passwordPrefix) || (name.endsWith('/') && passwordPrefix.startsWith(name)),
  );
  return found && `passwordPrefix: a change could use ${found} as a password; choose a prefix that only passwords have`;
}

/** Parameters in the form that the template needs. `none` stands for what the stage does not have. */
function derived(stage: string, { provider, providerRegion, ...set }: Parameters) {
  const sms = hasSms(stage, provider, providerRegion, set);
  return {
    sms: sms ? 'sms' : 'none',
    smsQueue: { Ref: sms ? 'SmsChangesQueue' : NOTHING },
    archive: set.archiveDays > 0 ? 'kept' : 'none',
    tracingMode: set.tracing ? 'Active' : 'PassThrough',
    maxReceiveCount: receivesFor(set.maxAttempts),
    alarmActions: set.alarmTarget === 'none' ? [] : [set.alarmTarget],
    allowedSenders: [{ 'Fn::Sub': webhookRole(stage) }, ...set.senders],
    consoleHost: consoleHost(set.region),
    boundary: set.permissionsBoundary ?? { Ref: NOTHING },
    inlinePasswords: String(set.inlinePasswords),
    maxAttempts: String(set.maxAttempts),
    maxAgeSeconds: String(set.maxAgeSeconds),
    timeScale: String(set.timeScale),
  };
}

/** The ARN of the webhook's role by its name, because the queues are made before the role. */
const webhookRole = (stage: string) =>
  `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${SERVICE}/${stage}/${SERVICE}-${stage}-webhook`;

type Endpoints = Pick<Parameters, 'dcsEndpoint' | 'smsEndpoint' | 'iamEndpoint'>;

function hasSms(stage: string, provider: ProfileName, region: string, own: Endpoints): boolean {
  const set = (endpoint: string) => endpoint || undefined;
  const smsEndpoint = own.smsEndpoint === NO_SMS ? '' : own.smsEndpoint;
  const overrides = { dcs: set(own.dcsEndpoint), sms: set(smsEndpoint), iam: set(own.iamEndpoint) };
  try {
    const { sms } = endpointsOf(provider, region, overrides);
    return sms !== undefined && own.smsEndpoint !== NO_SMS;
  } catch (error) {
    throw `stages/${stage}.yml: providerRegion: ${(error as Error).message}`;
  }
}
