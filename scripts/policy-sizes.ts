import { partitionOf } from '../src/lib/aws/partitions.ts';
import { replaceReferences } from './references.ts';
import type { StackTemplate } from './state-stack.ts';

type Resources = StackTemplate['Resources'];
type Properties = Record<string, unknown>;

/** IAM's limits in characters, without white space. The policies in a role count together ("IAM and AWS STS quotas"). */
const MAX_MANAGED = 6144;
const MAX_INLINE = 10_240;

/** A policy as IAM stores it, or all those in a role. */
interface Sized {
  what: string;
  text: string;
  max: number;
}

/**
 * Names a policy that is longer than IAM allows, and the parameters whose values are in it. Undefined if there is none. The
 * resources are those of both stacks, because their policies refer to both.
 */
export function longPolicyIn(resources: Resources, parameters: { region: string }): string | undefined {
  const sized = Object.entries(resources).flatMap(([id, one]) => sizedOf(id, one, resources, parameters.region));
  const found = sized.find(({ text, max }) => text.length > max);
  if (!found) return undefined;
  const { what, text, max } = found;
  return `${namedIn(text, parameters)}: together they make ${what} ${text.length} characters long, and IAM allows ${max}`;
}

function sizedOf(id: string, { Type, Properties = {} }: Resources[string], all: Resources, region: string): Sized[] {
  if (Type === 'AWS::IAM::ManagedPolicy') {
    const text = textOf(Properties.PolicyDocument, all, region);
    return [{ what: `the policy ${Properties.ManagedPolicyName}`, text, max: MAX_MANAGED }];
  }
  if (Type !== 'AWS::IAM::Role') return [];
  const texts = documentsOf(id, Properties, all).map((document) => textOf(document, all, region));
  return [{ what: `the policies of the role ${Properties.RoleName}`, text: texts.join(''), max: MAX_INLINE }];
}

/** The documents in a role: its own, and those of policies that are put into it. */
function documentsOf(role: string, { Policies = [] }: Properties, all: Resources): unknown[] {
  const added = Object.values(all).flatMap(({ Type, Properties = {} }) =>
    Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles).includes(`"${role}"`) ? [Properties] : [],
  );
  return [...(Policies as Properties[]).filter((one) => !isAbsent(one)), ...added].map(
    ({ PolicyDocument }) => PolicyDocument,
  );
}

/** A document with real values for its references, as JSON without white space. All values of a region have a known length. */
function textOf(document: unknown, all: Resources, region: string): string {
  const partition = partitionOf(region);
  const pseudo: Record<string, string> = {
    ...{ Partition: partition.name, URLSuffix: partition.domain },
    ...{ Region: region, AccountId: ACCOUNT },
  };
  const place = `arn:${partition.name}:SERVICE:${region}:${ACCOUNT}:`;
  const resolved = replaceReferences(document, (id, value) => (value === 'Arn' ? arnOf(all[id], place) : undefined));
  const text = JSON.stringify(resolved, (_name, value) =>
    Array.isArray(value) ? value.filter((one) => !isAbsent(one)) : value,
  )
    .replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, '$1')
    .replaceAll(/\$\{AWS::(\w+)\}/g, (whole, name: string) => pseudo[name] ?? whole);
  if (/"(Ref|Fn::\w+)":|\$\{/.test(text)) throw new Error(`a policy has a reference of unknown length: ${text}`);
  return text;
}

/** Stands for the id of any account. */
const ACCOUNT = '000000000000';
/** Stands for the id of any key of one region. */
const KEY_ID = '00000000-0000-0000-0000-000000000000';

/** What follows the account in the ARN of a resource. */
const ENDS: Record<string, (properties: Properties) => [service: string, end: string]> = {
  'AWS::DynamoDB::Table': ({ TableName }) => ['dynamodb', `table/${TableName}`],
  'AWS::Events::EventBus': ({ Name }) => ['events', `event-bus/${Name}`],
  'AWS::KMS::Key': () => ['kms', `key/${KEY_ID}`],
  'AWS::Logs::LogGroup': ({ LogGroupName }) => ['logs', `log-group:${LogGroupName}:*`],
  'AWS::SQS::Queue': ({ QueueName }) => ['sqs', String(QueueName)],
};

function arnOf(resource: Resources[string] | undefined, place: string): string | undefined {
  const [service, end] = (resource && ENDS[resource.Type]?.(resource.Properties ?? {})) ?? [];
  return service && place.replace('SERVICE', service) + end;
}

/** CloudFormation leaves out an element that refers to AWS::NoValue. */
const isAbsent = (value: unknown) => (value as { Ref?: unknown } | null)?.Ref === 'AWS::NoValue';

/** The parameters whose values are in policies. */
const LENGTHENING = [
  ...['secretKeys', 'providerCredentials', 'fingerprintKeys', 'webhookSecrets', 'passwordPrefix'],
  ...['existingKey', 'existingBus', 'existingQueues'],
];

function namedIn(text: string, parameters: Properties): string {
  const isIn = (name: string) => textsIn(parameters[name]).some((one) => text.includes(one));
  return LENGTHENING.filter(isIn).join(', ');
}

/** The texts of a parameter: itself, or those in its list or its record. */
const textsIn = (value: unknown): string[] =>
  (typeof value === 'object' ? Object.values(value ?? {}) : [value]).filter((one) => typeof one === 'string');
