import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { startSchedules } from '../stand-ins/eventbridge/schedules.ts';
import type { Route } from './http/api.ts';
import type { Names } from './intrinsics.ts';
import { type Mapping, startMapping } from './lambda/event-source-mapping.ts';
import type { LocalFunction } from './lambda/function.ts';
import type { SwitchedMapping } from './lambda/function-settings.ts';
import { createPool, type Pool } from './lambda/pool.ts';
import { pick, type Template } from './template.ts';

/** A pool per function, by ARN. A function with a mapping gets at most as many workers as the mapping allows. */
export function createPools(
  template: Template,
  names: Names,
  functions: Map<string, LocalFunction>,
  workers: number,
): Map<string, Pool> {
  const mappings = [...pick(template, 'AWS::Lambda::EventSourceMapping', names).values()];
  const limit = (arn: string) => {
    const allowed = mappings.find(({ FunctionName }) => FunctionName === arn)?.ScalingConfig?.MaximumConcurrency;
    return Math.min(workers, allowed ?? workers);
  };
  return new Map([...functions].map(([arn, definition]) => [arn, createPool(definition, limit(arn))]));
}

/** What the mappings and routes of a template need from the rest of the stack. */
export interface Wiring {
  sqs: SQSClient;
  workers: number;
  pools: Map<string, Pool>;
  onDelivery?: Mapping['onDelivery'] | undefined;
  /** Called with the messages that come back, and why. `isRetry` is true if the function itself reported them as failed. */
  onReturn?: ((messageIds: string[], sentence: string, isRetry: boolean) => void) | undefined;
  log(source: string, line: string, level?: 'info' | 'error'): void;
}

/** The mappings of the template. Each has a poller, which is started at once if the mapping is enabled. */
export function startMappings(template: Template, names: Names, wiring: Wiring): SwitchedMapping[] {
  const urls = urlsByArn(template, names);
  return [...pick(template, 'AWS::Lambda::EventSourceMapping', names)].map(([logicalId, mapping]) => {
    const { EventSourceArn: queueArn, FunctionName, BatchSize, FunctionResponseTypes, ScalingConfig } = mapping;
    const queueUrl = urls.get(queueArn);
    if (!queueUrl) throw new Error(`${logicalId} names a queue that the template does not have`);
    const settings: Mapping = {
      sqs: wiring.sqs,
      queueUrl,
      queueArn,
      batchSize: BatchSize,
      reportsItemFailures: FunctionResponseTypes.includes('ReportBatchItemFailures'),
      concurrency: Math.min(wiring.workers, ScalingConfig?.MaximumConcurrency ?? wiring.workers),
      invoke: poolOf(wiring, FunctionName, logicalId).invoke,
      ...(wiring.onDelivery && { onDelivery: wiring.onDelivery }),
      onReturn: (sentence, isRetry, messageIds = []) => {
        wiring.log(logicalId, sentence, isRetry ? 'info' : 'error');
        wiring.onReturn?.(messageIds, sentence, isRetry);
      },
    };
    return { ...mapping, ...switchOf(settings, mapping.Enabled) };
  });
}

/** Starts and stops the poller of a mapping. */
function switchOf(settings: Mapping, isEnabled: boolean): Pick<SwitchedMapping, 'start' | 'stop'> {
  let poller = isEnabled ? startMapping(settings) : undefined;
  return {
    start() {
      poller ??= startMapping(settings);
    },
    async stop() {
      await poller?.stop();
      poller = undefined;
    },
  };
}

/** The queues' URLs by ARN. */
const urlsByArn = (template: Template, names: Names) =>
  new Map(
    [...pick(template, 'AWS::SQS::Queue', names).keys()].map((id) => [names.attribute(id, 'Arn'), names.ref(id)]),
  );

/** Starts the template's schedules. Returns the function that stops them. */
export function startHeartbeats(template: Template, names: Names, sqs: SQSClient, scale: number) {
  const urls = urlsByArn(template, names);
  const rules = [...pick(template, 'AWS::Events::Rule', names).values()];
  const schedules = rules.filter((rule) => 'ScheduleExpression' in rule);
  const stop = startSchedules(schedules, scale, ({ queueArn, body, group }) =>
    sqs.send(new SendMessageCommand({ QueueUrl: urls.get(queueArn), MessageBody: body, MessageGroupId: group })),
  );
  return async () => stop();
}

/** The template's HTTP routes, each with the function of its integration. */
export function toRoutes(template: Template, names: Names, wiring: Wiring): Route[] {
  const integrations = pick(template, 'AWS::ApiGatewayV2::Integration', names);
  return [...pick(template, 'AWS::ApiGatewayV2::Route', names)].map(([logicalId, { RouteKey, Target }]) => {
    const integration = integrations.get(Target.replace(/^integrations\//, ''));
    if (!integration) throw new Error(`${logicalId} leads to no integration of the template`);
    return { key: RouteKey, invoke: poolOf(wiring, integration.IntegrationUri, logicalId).invoke };
  });
}

function poolOf({ pools }: Wiring, arn: string, logicalId: string): Pool {
  const pool = pools.get(arn);
  if (!pool) throw new Error(`${logicalId} names a function that the template does not have`);
  return pool;
}
