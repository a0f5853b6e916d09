import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { endpointsOf, type ProfileName } from '../src/lib/provider/profiles.ts';
import { receivesFor } from '../src/lib/relay/policy.ts';
import { busNameOf } from './existing-resources.ts';
import { consoleHost } from './links.ts';
import { policiesFor } from './senders.ts';
import { problemOf } from './stage-problems.ts';
import { NO_SMS, type Parameters, parametersOf } from './stage-schema.ts';

/** The parser with which serverless reads serverless.yml. */
const { load } = createRequire(import.meta.resolve('serverless'))('js-yaml') as { load(text: string): unknown };

/** A property with this value counts as absent. */
const NOTHING = 'AWS::NoValue';

const StageFile = z.record(z.string(), z.unknown());

const FOLDER = fileURLToPath(new URL('../stages/', import.meta.url));

/** The names of the stages, each of which has a file. */
export const stageNames = (folder = FOLDER) =>
  readdirSync(folder)
    .flatMap((name) => (name.endsWith('.yml') ? [name.slice(0, -4)] : []))
    .sort();

/**
 * The longest name of a stage. The archive of its results is called migration-relay-NAME-results and may have 48 characters
 * (EventBridge, CreateArchive). All other names are shorter than their limits.
 */
export const MAX_STAGE_LENGTH = 24;

/**
 * The parameters of a stage for serverless.yml: those of stages/NAME.yml, the defaults, and what is derived from them. Throws a
 * sentence that names the unknown stage, or each parameter that is missing, unknown or wrong.
 */
export function stageParameters(stage: string, folder = FOLDER) {
  const file = `${folder}${stage}.yml`;
  if (!NAME.test(stage) || !existsSync(file)) throw unknownStage(stage, folder);
  const wrong = (problem: string) => `stages/${stage}.yml: ${problem}`;
  if (stage.length > MAX_STAGE_LENGTH) throw wrong(tooLong(stage));
  if (RESERVED.test(stage)) throw wrong('the name of a stage must not end in -state');
  const given = StageFile.parse(load(readFileSync(file, 'utf8')) ?? {});
  const read = parametersOf(stage).safeParse(given);
  if (!read.success) throw wrong(read.error.issues.map((issue) => inWords(issue, given)).join('; '));
  const set = derived(stage, read.data);
  const problem = problemOf(stage, read.data, set.sms);
  if (problem) throw wrong(problem);
  const { smsEndpoint } = read.data;
  return { ...read.data, ...set, smsEndpoint: smsEndpoint === NO_SMS ? '' : smsEndpoint };
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** The stack that holds a stage's data has this ending. */
const RESERVED = /-state$/;
const tooLong = ({ length }: string) =>
  `the name of a stage has at most ${MAX_STAGE_LENGTH} characters, and this one has ${length}: with more, the name of its archive would be longer than EventBridge's 48`;

const unknownStage = (stage: string, folder: string) =>
  `there is no stage "${stage}": create stages/${stage}.yml (a name has lower-case letters, digits and single dashes); there are ${stageNames(folder).join(', ')}`;

/** Parameters whose value is not repeated, because someone may have written a secret there. */
const SECRETS = new Set(['providerCredentials', 'fingerprintKeys', 'webhookSecrets', 'passwordPrefix']);

function inWords({ path, message, ...issue }: z.core.$ZodIssue, given: z.output<typeof StageFile>): string {
  const [first = ''] = path.map(String);
  const within = path.length > 0 ? `${path.join('.')}: ` : '';
  if ('keys' in issue) return `${within}unknown: ${issue.keys.join(', ')}`;
  if (!(first in given)) return `${first} is missing`;
  const value = path.reduce<unknown>((whole, step) => (whole as Record<PropertyKey, unknown> | null)?.[step], given);
  const but = value === undefined || SECRETS.has(first) ? '' : `, not ${JSON.stringify(value).slice(0, 100)}`;
  return `${path.join('.')}: ${message}${but}`;
}

/** Parameters in the form that the template needs. `none` stands for what the stage does not have. */
function derived(stage: string, { provider, providerRegion, ...set }: Parameters) {
  const sms = hasSms(stage, provider, providerRegion, set);
  return {
    sms: sms ? 'sms' : 'none',
    smsQueue: { Ref: sms ? 'SmsChangesQueue' : NOTHING },
    archive: set.archiveDays > 0 ? 'kept' : 'none',
    ...watchOf(set),
    tracingMode: set.tracing ? 'Active' : 'PassThrough',
    secretKeyRights: set.secretKeys.length > 0 ? 'named' : 'none',
    ...networkOf(set),
    maxReceiveCount: receivesFor(set.maxAttempts),
    alarmActions: set.alarmTarget === 'none' ? [] : [set.alarmTarget],
    ...policiesFor(stage, set),
    ...existingOf(stage, set),
    ...reservedOf(set),
    consoleHost: consoleHost(set.region),
    boundary: set.permissionsBoundary ?? { Ref: NOTHING },
    inlinePasswords: String(set.inlinePasswords),
    maxAttempts: String(set.maxAttempts),
    maxAgeSeconds: String(set.maxAgeSeconds),
    timeScale: String(set.timeScale),
  };
}

const existingOf = (stage: string, set: Derivable) => {
  const { existingKey: key, existingBus: bus, existingQueues: queues, senderRules, monthlyBudget, alarmTarget } = set;
  return {
    existing: { key, bus, queues },
    /** For where a reference to the bus would lead in a circle. */
    busName: bus ? busNameOf(bus) : `migration-relay-${stage}-results`,
    // A rule of another account sends as a role, an archive needs a bus of its own account, and alarms see queues of theirs only.
    // A budget tells only topics of its own account (AWS Cost Management, "Creating an Amazon SNS topic for budget notifications").
    ofOwnAccount: {
      senderRules,
      existingBus: bus?.startsWith('arn:') ? [bus] : [],
      existingQueues: Object.values(queues),
      alarmTarget: monthlyBudget === undefined ? [] : [alarmTarget],
    },
  };
};

const watchOf = ({ dashboard, monthlyBudget }: Derivable) => ({
  dashboardPart: dashboard ? 'shown' : 'none',
  budget: monthlyBudget === undefined ? 'none' : 'limited',
});

/** Null leaves the setting out. */
const networkOf = ({ vpc }: Derivable) => ({
  network: vpc ? { subnetIds: vpc.subnets, securityGroupIds: vpc.securityGroups } : null,
  networkRights: vpc ? 'inside' : 'none',
});

/** Null leaves the setting out. */
const reservedOf = ({ reserveConcurrency, maximumConcurrency, webhookConcurrency }: Derivable) => ({
  reservedForQueue: reserveConcurrency ? maximumConcurrency : null,
  reservedForWebhook: reserveConcurrency ? webhookConcurrency : null,
  webhookReserved: reserveConcurrency ? String(webhookConcurrency) : 'none',
});

type Derivable = Omit<Parameters, 'provider' | 'providerRegion'>;
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
