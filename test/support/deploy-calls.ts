import { readFileSync } from 'node:fs';
import type { CompiledTemplate } from './compiled.ts';
import { deployedNames, REGION } from './deployed-names.ts';
import { ACCOUNT, type AwsRequest } from './iam.ts';
import { NEVER_CALLED } from './never-called.ts';

/**
 * The permissions that CloudFormation's registry names for a type's handlers, and for its tags: the schemas of DescribeType, as
 * pulumi/pulumi-aws-native keeps them in aws-cloudformation-schema/ (its commit 43eed3b0 of 2026-08-07; that of metric filters is from 1e2d1e86).
 */
export const REGISTRY = JSON.parse(
  readFileSync(new URL('../fixtures/deploy/registry-handlers.json', import.meta.url), 'utf8'),
) as Record<string, Partial<Record<Step, string[]>>>;

/**
 * A type whose schema in the registry names no handlers: the actions that authorize the operations of the service's API (Service
 * Authorization Reference, "AWS Budget Service").
 */
const WITHOUT_HANDLERS: typeof REGISTRY = {
  'AWS::Budgets::Budget': {
    create: ['budgets:ModifyBudget', 'budgets:ViewBudget'],
    read: ['budgets:ViewBudget'],
    update: ['budgets:ModifyBudget', 'budgets:ViewBudget'],
    delete: ['budgets:ModifyBudget', 'budgets:ViewBudget'],
    tag: ['budgets:TagResource', 'budgets:UntagResource', 'budgets:ListTagsForResource'],
  },
};

/** `tag` is a change of a resource's tags. */
export type Step = 'create' | 'read' | 'update' | 'delete' | 'tag';
export const STEPS: Step[] = ['create', 'read', 'update', 'delete', 'tag'];

/** CloudFormation calls in the name of who deploys ("Forward access sessions"). */
const CALLED = { 'aws:CalledVia': ['cloudformation.amazonaws.com'] };

interface Subject {
  id: string;
  type: string;
  properties: Record<string, unknown>;
  stage: string;
  boundary: string;
  names: ReturnType<typeof deployedNames>;
}

/** All calls of CloudFormation for the resources of a stage's template. */
export function callsOfStacks(view: Pick<CompiledTemplate, 'template'>, stage: string, boundary: string): AwsRequest[] {
  const names = deployedNames(view);
  return Object.entries(view.template.Resources).flatMap(([id, { Type: type, Properties: properties }]) =>
    STEPS.flatMap((step) => callsOf({ id, type, properties, stage, boundary, names }, step)),
  );
}

function callsOf(subject: Subject, step: Step): AwsRequest[] {
  const handlers = REGISTRY[subject.type] ?? WITHOUT_HANDLERS[subject.type];
  if (!handlers) throw new Error(`the registry's permissions of ${subject.type} are not here`);
  return (handlers[step] ?? [])
    .map((action) => action.replace(/^S3:/, 's3:'))
    .filter((action) => !isNeverCalled(subject.type, action) && !isOfNoNetwork(subject, action))
    .flatMap((action) => requestsFor(subject, step, action));
}

const isNeverCalled = (type: string, action: string) =>
  (NEVER_CALLED[type] ?? []).some(([, actions]) =>
    actions.split(' ').some((one) => one === action || (one.endsWith(':') && action.startsWith(one))),
  );

/** A function outside of a VPC has no network to look at. */
const isOfNoNetwork = ({ properties }: Subject, action: string) =>
  action.startsWith('ec2:') && properties.VpcConfig === undefined;

/** What AWS can't limit to a resource. */
const UNLIMITED =
  /^(ec2:\w+|kms:(CreateKey|ListAliases)|events:(Put|Remove)Permission|lambda:CreateEventSourceMapping|logs:(\w+ResourcePolic\w+|CreateLogDelivery|DescribeLogGroups|DescribeIndexPolicies))$/;
/** What makes a resource, or tags one that has no tag yet. Everything else finds the tag on the resource. */
const MAKES = /^(kms:(CreateKey|TagResource)|lambda:(CreateEventSourceMapping|TagResource))$/;

function requestsFor(subject: Subject, step: Step, action: string): AwsRequest[] {
  const { stage } = subject;
  const isNew = step === 'create' && (MAKES.test(action) || subject.type === 'AWS::ApiGatewayV2::Api');
  const tags = isNew ? { 'aws:RequestTag/STAGE': stage } : { 'aws:ResourceTag/STAGE': stage };
  const context = { ...CALLED, ...tags, ...conditionsOf(subject, action) };
  return resourcesOf(subject, step, action).flatMap((resource) => [
    { action, resource, context },
    // The pages on API Gateway leave open whether the parts of an HTTP API have the tag of the API.
    ...(/\/apis\/\w+\/(routes|integrations|stages)/.test(resource)
      ? [{ action, resource, context: { ...CALLED } }]
      : []),
  ]);
}

/** The keys of the service that the call is sent with. */
function conditionsOf({ type, properties, boundary, names }: Subject, action: string): AwsRequest['context'] {
  if (action === 'iam:PassRole') return { 'iam:PassedToService': 'lambda.amazonaws.com' };
  if (/^iam:(CreateRole|PutRolePermissionsBoundary|(Put|Delete)RolePolicy)$/.test(action))
    return { 'iam:PermissionsBoundary': boundary };
  if (action === 'lambda:AddPermission') return { 'lambda:Principal': String(properties.Principal) };
  if (action === 'kms:CreateGrant') return { 'kms:GrantIsForAWSResource': 'true' };
  if (type === 'AWS::Lambda::EventSourceMapping' && action.endsWith('EventSourceMapping'))
    return { 'lambda:FunctionArn': names.arn(functionOf(properties)) };
  return {};
}

const functionOf = ({ FunctionName }: Subject['properties']) =>
  (FunctionName as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0];
const referenced = (value: unknown) =>
  (value as { Ref?: string }).Ref ?? (value as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];

/** The resources that a call needs the right to: most often one. */
function resourcesOf(subject: Subject, step: Step, action: string): string[] {
  const { type, properties, names, stage } = subject;
  if (UNLIMITED.test(action)) return ['*'];
  if (action.startsWith('kms:') && type !== 'AWS::KMS::Alias') return [names.arn('DataKey')];
  if (action === 's3:GetObject') return [packageOf(stage)];
  if (action === 'iam:PassRole') return [names.arn(referenced(properties.Role))];
  if (action.startsWith('apigateway:')) return apiResourcesOf(subject, step, action);
  return (RESOURCES[type] ?? (({ id }) => [names.arn(id)]))(subject, action);
}

const RESOURCES: Record<string, (subject: Subject, action: string) => string[]> = {
  // CloudFormation makes up a name from those of the stack and of the resource.
  'AWS::Budgets::Budget': ({ id, stage }) => [
    `arn:aws:budgets::${ACCOUNT}:budget/migration-relay-${stage}-${id}-1A2B3C4D5E6F`,
  ],
  // "Actions, resources, and condition keys": these two need the right to both.
  'AWS::KMS::Alias': ({ id, names }) => [names.arn(id), names.arn('DataKey')],
  'AWS::Events::Archive': ({ id, names }, action) =>
    action === 'events:CreateArchive' ? [names.arn(id), names.arn('Results')] : [names.arn(id)],
  'AWS::Events::EventBusPolicy': ({ names }) => [names.arn('Results')],
  // A rule of the default bus has the name alone.
  'AWS::Events::Rule': ({ properties: { Name, EventBusName }, names }) => [
    `arn:aws:events:${REGION}:${ACCOUNT}:rule/${EventBusName ? `${names.ref(referenced(EventBusName))}/` : ''}${Name}`,
  ],
  'AWS::IAM::Policy': ({ properties, names }) =>
    (properties.Roles as unknown[]).map((role) => names.arn(referenced(role))),
  'AWS::Lambda::Permission': ({ properties, names }) => [names.arn(functionOf(properties))],
  'AWS::Logs::LogGroup': ({ id, names }, action) => [
    // Tags name the group, all else the group and its streams ("Amazon CloudWatch Logs resources").
    /Tag/.test(action) ? names.arn(id).replace(/:\*$/, '') : names.arn(id),
  ],
  'AWS::Logs::MetricFilter': ({ properties, names }) => [names.arn(referenced(properties.LogGroupName))],
  'AWS::S3::Bucket': ({ stage }) => [bucketOf(stage)],
  'AWS::S3::BucketPolicy': ({ stage }) => [bucketOf(stage)],
  'AWS::SQS::QueuePolicy': ({ properties, names }) =>
    (properties.Queues as unknown[]).map((queue) => names.arn(referenced(queue))),
};

const API = `arn:aws:apigateway:${REGION}::`;
const TAGS_OF_API = `${API}/tags/arn%3Aaws%3Aapigateway`;

/** API Gateway names a call by its path ("Actions, resources, and condition keys for Amazon API Gateway Management V2"). */
function apiResourcesOf({ type }: Subject, step: Step, action: string): string[] {
  if (step === 'tag' && action !== 'apigateway:PATCH') return [TAGS_OF_API];
  const part = PARTS[type];
  const isMade = step === 'create' && action === 'apigateway:POST';
  if (part) return [`${API}/apis/a1b2c3d4/${isMade ? part.collection : `${part.collection}/${part.member}`}`];
  if (isMade) return [`${API}/apis`];
  return step === 'create' ? [TAGS_OF_API] : [`${API}/apis/a1b2c3d4`];
}

const PARTS: Record<string, { collection: string; member: string }> = {
  'AWS::ApiGatewayV2::Integration': { collection: 'integrations', member: 'e5f6g7h' },
  'AWS::ApiGatewayV2::Route': { collection: 'routes', member: 'i8j9k0l' },
  'AWS::ApiGatewayV2::Stage': { collection: 'stages', member: '$default' },
};

/** The bucket of a stage's packages. */
export const bucketOf = (stage: string) => `arn:aws:s3:::migration-relay-${stage}-${ACCOUNT}-packages`;

const packageOf = (stage: string) => `${bucketOf(stage)}/serverless/migration-relay/webhook.zip`;

/**
 * What serverless calls itself: `deploy` and `remove` of osls 4.3.1 (lib/plugins/aws), and `npm run secrets` of the workflow. The
 * stacks of state and of functions are made alike.
 */
export function callsOfCommands(stage: string): AwsRequest[] {
  const stacks = ['', '-state'].map(
    (end) => `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/migration-relay-${stage}${end}/11111111-2222`,
  );
  const plain = (action: string, resource: string): AwsRequest => ({ action, resource, context: {} });
  const secret = (kind: string) =>
    `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:migration-relay/${stage}/${kind}-a1B2c3`;
  const functions = ['dcsChanges', 'smsChanges', 'webhook'];
  return [
    ...stacks.flatMap((stack) => OF_STACKS.map((name) => plain(`cloudformation:${name}`, stack))),
    plain('cloudformation:ValidateTemplate', '*'),
    plain('cloudformation:ListExports', '*'),
    ...['ListBucket', 'ListBucketVersions', 'GetBucketLocation'].map((name) => plain(`s3:${name}`, bucketOf(stage))),
    ...['GetObject', 'PutObject', 'DeleteObject', 'DeleteObjectVersion'].map((name) =>
      plain(`s3:${name}`, packageOf(stage)),
    ),
    ...functions.map((name) =>
      plain('lambda:GetFunction', `arn:aws:lambda:${REGION}:${ACCOUNT}:function:migration-relay-${stage}-${name}`),
    ),
    // Which alarms may roll the deployment back.
    ...['DcsFunctionErrors', 'SmsFunctionErrors', 'WebhookFunctionErrors', 'BrokenRecords'].map((name) =>
      plain(
        'cloudwatch:DescribeAlarms',
        `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:migration-relay-${stage}-${name}`,
      ),
    ),
    ...['provider', 'fingerprint', 'webhook'].flatMap((kind) =>
      // A secret that is created with tags needs TagResource too ("CreateSecret", required permissions).
      ['GetSecretValue', 'CreateSecret', 'TagResource'].map((name) => plain(`secretsmanager:${name}`, secret(kind))),
    ),
    ...callsOfAccessLog(),
  ];
}

const OF_STACKS = [
  'CreateStack',
  'UpdateStack',
  'DeleteStack',
  // A stack whose way back failed is taken up again by hand.
  'ContinueUpdateRollback',
  'SetStackPolicy',
  'UpdateTerminationProtection',
  // Both stacks have tags.
  'TagResource',
  'DescribeStacks',
  'DescribeStackEvents',
  'DescribeStackResource',
  'DescribeStackResources',
  'ListStackResources',
  'GetTemplate',
];

/** "Configure logging for HTTP APIs in API Gateway" and "Logs sent to CloudWatch Logs": the caller's rights. */
const callsOfAccessLog = (): AwsRequest[] =>
  [
    'CreateLogDelivery',
    'GetLogDelivery',
    'UpdateLogDelivery',
    'DeleteLogDelivery',
    'ListLogDeliveries',
    'DescribeLogGroups',
    'DescribeResourcePolicies',
    'PutResourcePolicy',
  ].map((name) => ({ action: `logs:${name}`, resource: '*', context: { ...CALLED } }));
