import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';

/** What a stage's bill depends on, besides its load. All of it is read from the compiled template. */
export interface BilledStage {
  services: ('dcs' | 'sms')[];
  /** Megabytes. */
  memory: number;
  isTraced: boolean;
  /** True if the functions run in a VPC. */
  isInNetwork: boolean;
  /** After how many days the stage's key is rotated; undefined without a key of its own. */
  rotationDays: number | undefined;
  secrets: number;
  alarmMetrics: number;
  dashboards: number;
  budgets: number;
  /** Queues that Lambda polls. */
  polledQueues: number;
  /** Processes that read secrets at the same time, at most, each with the number of secrets that it reads. */
  secretReaders: { processes: number; secrets: number }[];
  logDays: number;
  resultsLogDays: number;
  archiveDays: number;
  isRecoverable: boolean;
  /** Changes a month that a schedule of the stage sends. */
  beats: number;
}

/** The resources of a compiled template. */
export interface Compiled {
  Resources: Record<string, { Type: string; Properties?: unknown }>;
}

const SECRETS = ['PROVIDER_CREDENTIALS', 'FINGERPRINT_KEYS', 'WEBHOOK_SECRETS'];
const MINUTES_A_MONTH = 43_800;

const LambdaFunction = z.object({
  MemorySize: z.number(),
  // Where a stage reserves nothing, the number that it would reserve by default.
  ReservedConcurrentExecutions: z.number().default(10),
  TracingConfig: z.object({ Mode: z.string() }).default({ Mode: 'PassThrough' }),
  VpcConfig: z.unknown().optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});
const Mapping = z.object({ FunctionName: z.unknown() });
const Key = z.object({ RotationPeriodInDays: z.number() });
const Alarm = z.object({ Metrics: z.array(z.object({ MetricStat: z.unknown().optional() })).optional() });
const LogGroup = z.object({ LogGroupName: z.string(), RetentionInDays: z.number() });
const Archive = z.object({ RetentionDays: z.number() });
const Table = z.object({
  PointInTimeRecoverySpecification: z.object({ PointInTimeRecoveryEnabled: z.boolean() }),
});
const Rule = z.object({ ScheduleExpression: z.string().optional() });

/** Reads what a bill depends on from a compiled template. */
export function billedStage(template: Compiled): BilledStage {
  const of = <T>(type: string, schema: z.ZodType<T>) =>
    Object.values(template.Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => schema.parse(Properties));
  const functions = of('AWS::Lambda::Function', LambdaFunction);
  const secretsOf = ({ Environment }: z.output<typeof LambdaFunction>) =>
    SECRETS.flatMap((name) => (name in Environment.Variables ? [String(Environment.Variables[name])] : []));
  const [results = 0, ...logs] = retentions(of('AWS::Logs::LogGroup', LogGroup));
  return {
    services: template.Resources.SmsChangesLambdaFunction ? ['dcs', 'sms'] : ['dcs'],
    memory: Math.max(...functions.map(({ MemorySize }) => MemorySize)),
    isTraced: functions.some(({ TracingConfig }) => TracingConfig.Mode === 'Active'),
    isInNetwork: functions.some(({ VpcConfig }) => VpcConfig !== undefined),
    rotationDays: of('AWS::KMS::Key', Key)[0]?.RotationPeriodInDays,
    secrets: new Set(functions.flatMap(secretsOf)).size,
    alarmMetrics: of('AWS::CloudWatch::Alarm', Alarm).reduce((sum, alarm) => sum + metricsOf(alarm), 0),
    dashboards: of('AWS::CloudWatch::Dashboard', z.unknown()).length,
    budgets: of('AWS::Budgets::Budget', z.unknown()).length,
    polledQueues: of('AWS::Lambda::EventSourceMapping', Mapping).length,
    secretReaders: functions.map((each) => ({
      processes: each.ReservedConcurrentExecutions,
      secrets: secretsOf(each).length,
    })),
    logDays: Math.max(...logs),
    resultsLogDays: results,
    archiveDays: of('AWS::Events::Archive', Archive)[0]?.RetentionDays ?? 0,
    isRecoverable: of('AWS::DynamoDB::Table', Table).some(
      ({ PointInTimeRecoverySpecification }) => PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled,
    ),
    beats: of('AWS::Events::Rule', Rule).reduce((sum, rule) => sum + beatsOf(rule), 0),
  };
}

/** The retention of the log of results first. */
const retentions = (groups: z.output<typeof LogGroup>[]) =>
  groups
    .toSorted(
      (one, other) => Number(other.LogGroupName.endsWith('-results')) - Number(one.LogGroupName.endsWith('-results')),
    )
    .map(({ RetentionInDays }) => RetentionInDays);

const metricsOf = ({ Metrics }: z.output<typeof Alarm>) =>
  Metrics ? Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length : 1;

function beatsOf({ ScheduleExpression }: z.output<typeof Rule>): number {
  if (ScheduleExpression === undefined) return 0;
  const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(ScheduleExpression) ?? [];
  if (!minutes) throw new Error(`the schedule ${ScheduleExpression} has an unknown form`);
  return MINUTES_A_MONTH / Number(minutes);
}

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const SERVERLESS = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');

/** Packages a stage and reads what its bill depends on. Throws a text that says what is wrong with the stage. */
export async function packagedStage(stage: string): Promise<BilledStage> {
  const run = promisify(execFile)(process.execPath, [SERVERLESS, 'package', '--stage', stage], { cwd: PROJECT });
  await run.catch(({ stdout, stderr }) => Promise.reject(new Error(`${stdout}${stderr}`.trim())));
  const read = async (name: string) =>
    JSON.parse(await readFile(join(PROJECT, '.serverless', `cloudformation-template-${name}-stack.json`), 'utf8'));
  const [functions, state] = (await Promise.all(['update', 'state'].map(read))) as [Compiled, Compiled];
  return billedStage({ Resources: { ...state.Resources, ...functions.Resources } });
}
