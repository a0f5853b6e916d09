import type { Names } from '../../local/intrinsics.ts';
import type { CompiledTemplate } from './compiled.ts';
import { ACCOUNT } from './iam.ts';

export const REGION = 'eu-central-1';

const PSEUDO: Record<string, string> = {
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

type Properties = Record<string, unknown>;
const regional = (service: string, rest: unknown) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;

/** The ARN of a deployed resource by its type; for what AWS names itself, one with an id of the tests. */
const ARNS: Record<string, (id: string, properties: Properties) => string> = {
  'AWS::ApiGatewayV2::Api': (id) => `arn:aws:apigateway:${REGION}::/apis/${id}`,
  'AWS::CloudWatch::Alarm': (_, { AlarmName }) => regional('cloudwatch', `alarm:${AlarmName}`),
  'AWS::CloudWatch::Dashboard': (_, { DashboardName }) => `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${DashboardName}`,
  'AWS::DynamoDB::Table': (_, { TableName }) => regional('dynamodb', `table/${TableName}`),
  'AWS::Events::Archive': (_, { ArchiveName }) => regional('events', `archive/${ArchiveName}`),
  'AWS::Events::EventBus': (_, { Name }) => regional('events', `event-bus/${Name}`),
  'AWS::IAM::ManagedPolicy': (id, { Path = '/', ManagedPolicyName }) =>
    `arn:aws:iam::${ACCOUNT}:policy${Path}${ManagedPolicyName ?? `relay-deploy-STAGE-${id}-ABCDEFGHIJKL`}`,
  'AWS::IAM::Role': (id, { Path = '/', RoleName }) => `arn:aws:iam::${ACCOUNT}:role${Path}${RoleName ?? id}`,
  'AWS::KMS::Alias': (_, { AliasName }) => regional('kms', AliasName),
  'AWS::KMS::Key': () => regional('kms', 'key/11111111-2222-3333-4444-555555555555'),
  'AWS::Lambda::EventSourceMapping': () =>
    regional('lambda', 'event-source-mapping:11111111-2222-3333-4444-555555555555'),
  'AWS::Lambda::Function': (_, { FunctionName }) => regional('lambda', `function:${FunctionName}`),
  'AWS::Logs::LogGroup': (_, { LogGroupName }) => regional('logs', `log-group:${LogGroupName}:*`),
  'AWS::SQS::Queue': (_, { QueueName }) => regional('sqs', QueueName),
  'AWS::SSM::Parameter': (_, { Name }) => regional('ssm', `parameter${Name}`),
};

/** The property that Ref gives. For all other types it is the ARN or the id. */
const REF: Record<string, string> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
};

/** The names and ARNs that a template's resources have in the tests' account. */
export function deployedNames({ template }: Pick<CompiledTemplate, 'template'>): Names & { arn(id: string): string } {
  const arn = (id: string) => {
    const found = template.Resources[id];
    const make = found && ARNS[found.Type];
    if (!make) throw new Error(`no ARN is known for ${id} (${found?.Type})`);
    return make(id, found.Properties);
  };
  return {
    arn,
    ref(id) {
      const pseudo = PSEUDO[id];
      if (pseudo !== undefined) return pseudo;
      const found = template.Resources[id];
      const name = found?.Properties[REF[found.Type] ?? ''];
      if (typeof name === 'string') return name;
      return found?.Type === 'AWS::IAM::ManagedPolicy' ? arn(id) : id;
    },
    attribute(id, name) {
      const named = template.Resources[id]?.Properties.QueueName;
      if (name === 'QueueName' && typeof named === 'string') return named;
      if (name !== 'Arn') throw new Error(`no attribute ${name} is known of ${id}`);
      return arn(id);
    },
  };
}
