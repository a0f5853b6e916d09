import { resolve } from '../../local/intrinsics.ts';
import type { CompiledTemplate } from './compiled.ts';
import { deployedNames, REGION } from './deployed-names.ts';
import type { AwsRequest } from './iam.ts';

/** What AWS does with a function's role on the function's behalf. No call of the function shows it. */
export function onBehalf(view: CompiledTemplate, id: string, calls: AwsRequest[]): AwsRequest[] {
  const names = deployedNames(view);
  const { FunctionName, TracingConfig, VpcConfig } = view.properties(id) as {
    FunctionName: string;
    TracingConfig: { Mode: string };
    VpcConfig?: object;
  };
  const streams = `arn:aws:logs:${REGION}:000000000000:log-group:/aws/lambda/${FunctionName}:log-stream:one`;
  const plain = (action: string, resource: string): AwsRequest => ({ action, resource, context: {} });
  const queue = view
    .ofType('AWS::Lambda::EventSourceMapping')
    .find(({ Properties }) => JSON.stringify(Properties.FunctionName).includes(`"${id}"`));
  const polled = queue
    ? ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((name) =>
        // Lambda's poller: "Configuring an Amazon SQS queue to use with AWS Lambda", execution role permissions.
        plain(`sqs:${name}`, String(resolve(queue.Properties.EventSourceArn, names))),
      )
    : [];
  // The runtime writes the function's output.
  const logged = ['CreateLogStream', 'PutLogEvents'].map((name) => plain(`logs:${name}`, streams));
  const traced = ['PutTraceSegments', 'PutTelemetryRecords'].map((name) => plain(`xray:${name}`, '*'));
  return [
    ...polled,
    ...logged,
    ...(TracingConfig.Mode === 'Active' ? traced : []),
    ...(VpcConfig ? INTERFACES : []),
    // "Securing Lambda environment variables": a role that was created again has no grant of the key.
    byKey(view, 'lambda', 'kms:Decrypt'),
    ...keyUses(view, [...calls, ...polled]),
  ];
}

/** "Giving Lambda functions access to resources in an Amazon VPC", execution role permissions: Lambda is the caller, not the function. */
const INTERFACES = [
  'CreateNetworkInterface',
  'DescribeNetworkInterfaces',
  'DescribeSubnets',
  'DeleteNetworkInterface',
  'AssignPrivateIpAddresses',
  'UnassignPrivateIpAddresses',
].map((name): AwsRequest => ({ action: `ec2:${name}`, resource: '*', context: {} }));

/** What services request from KMS in the name of who calls them, and may be refused by his rights. */
export function keyUses(view: CompiledTemplate, calls: AwsRequest[]): AwsRequest[] {
  return calls.flatMap(({ action }) =>
    (KEY_USES[action] ?? []).map((use) => byKey(view, action.split(':')[0] ?? '', use)),
  );
}

const byKey = (view: CompiledTemplate, service: string, action: string): AwsRequest => ({
  action,
  resource: deployedNames(view).arn('DataKey'),
  context: { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` },
});

/**
 * SQS, "Key management", permissions of producers and consumers; DynamoDB, "How DynamoDB uses AWS KMS", table keys; EventBridge,
 * "Encrypting EventBridge event buses with AWS KMS keys", rules; Lambda, "Securing Lambda environment variables". EventBridge
 * encrypts events under its own name.
 */
const KEY_USES: Record<string, string[]> = {
  'sqs:SendMessage': ['kms:GenerateDataKey', 'kms:Decrypt'],
  'sqs:ReceiveMessage': ['kms:Decrypt'],
  'sqs:StartMessageMoveTask': ['kms:GenerateDataKey', 'kms:Decrypt'],
  'dynamodb:GetItem': ['kms:Decrypt'],
  'dynamodb:UpdateItem': ['kms:Decrypt'],
  'events:PutRule': ['kms:Decrypt'],
  'events:DescribeRule': ['kms:Decrypt'],
  'events:DeleteRule': ['kms:Decrypt'],
  'events:ListRules': ['kms:Decrypt'],
  'events:PutTargets': ['kms:Decrypt'],
  'events:RemoveTargets': ['kms:Decrypt'],
  'events:ListTargetsByRule': ['kms:Decrypt'],
  'lambda:GetFunctionConfiguration': ['kms:Decrypt'],
};
