import * as z from 'zod';

const Text = z.record(z.string(), z.coerce.string());

const Queue = z.object({ QueueName: z.string() }).catchall(z.unknown());
const Table = z.object({
  TableName: z.string(),
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
  BillingMode: z.literal('PAY_PER_REQUEST'),
});
const Bus = z.object({ Name: z.string() });
/** Only what a rule of the relay needs: events by source, into log groups. */
const Rule = z.object({
  Name: z.string(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  EventBusName: z.string(),
  EventPattern: z.strictObject({ source: z.array(z.string()) }),
  // The log of this machine takes every line, so nothing gets into the dead-letter queue.
  Targets: z.array(
    z.strictObject({
      Id: z.string(),
      Arn: z.string().includes(':log-group:'),
      DeadLetterConfig: z.strictObject({ Arn: z.string() }),
      RetryPolicy: z.strictObject({ MaximumEventAgeInSeconds: z.number() }),
    }),
  ),
});
/** A rule that sends a constant text to a queue. */
const Schedule = z.object({
  ScheduleExpression: z.string(),
  Targets: z.array(
    z.strictObject({
      Id: z.string(),
      Arn: z.string().includes(':sqs:'),
      SqsParameters: z.strictObject({ MessageGroupId: z.string() }),
      Input: z.string(),
    }),
  ),
});
const MetricFilter = z.object({
  LogGroupName: z.string(),
  FilterPattern: z.string(),
  MetricTransformations: z.array(
    z.strictObject({
      MetricNamespace: z.string(),
      MetricName: z.string(),
      MetricValue: z.string().regex(/^\d+$/),
      Unit: z.literal('Count'),
      Dimensions: z.array(z.strictObject({ Key: z.string(), Value: z.string() })),
    }),
  ),
});
const LogGroup = z.object({ LogGroupName: z.string() });
const Function_ = z.object({
  FunctionName: z.string(),
  Handler: z.string(),
  Timeout: z.number(),
  MemorySize: z.number(),
  ReservedConcurrentExecutions: z.number().optional(),
  Code: z.object({ S3Key: z.string() }),
  Environment: z.object({ Variables: Text }).prefault({ Variables: {} }),
});
const Mapping = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.number().default(10),
  Enabled: z.boolean().default(true),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
});
const Integration = z.object({ IntegrationUri: z.string(), PayloadFormatVersion: z.literal('2.0') });
const Route = z.object({ RouteKey: z.string(), Target: z.string() });

/** The resource types that run on one machine, and the properties that are used. */
export const schemas = {
  'AWS::SQS::Queue': Queue,
  'AWS::DynamoDB::Table': Table,
  'AWS::Events::EventBus': Bus,
  'AWS::Events::Rule': z.union([Schedule, Rule]),
  'AWS::Logs::LogGroup': LogGroup,
  'AWS::Logs::MetricFilter': MetricFilter,
  'AWS::Lambda::Function': Function_,
  'AWS::Lambda::EventSourceMapping': Mapping,
  'AWS::ApiGatewayV2::Integration': Integration,
  'AWS::ApiGatewayV2::Route': Route,
};
type Schemas = typeof schemas;
export type ResourceType = keyof Schemas;
export type PropertiesOf<Type extends ResourceType> = z.output<Schemas[Type]>;

/** Types that have no effect on one machine: permissions, logs, alarms, budgets, keys, names in SSM, storage of the deployment, the stage of the API. */
export const WITHOUT_LOCAL_EFFECT =
  /^AWS::(S3|IAM|Logs|CloudWatch|Budgets|KMS|SSM)::|^AWS::SQS::QueuePolicy$|^AWS::Events::(Archive|EventBusPolicy)$|^AWS::Lambda::(Version|Permission)$|^AWS::ApiGatewayV2::(Api|Stage)$/;
