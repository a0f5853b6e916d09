import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ACCOUNT } from '../stand-ins/account.ts';
import { type Names, resolve } from './intrinsics.ts';
import { type PropertiesOf, type ResourceType, schemas, WITHOUT_LOCAL_EFFECT } from './resources.ts';

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      DeletionPolicy: z.string().optional(),
      UpdateReplacePolicy: z.string().optional(),
      Properties: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
  /** What the stack of the functions tells others. */
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })).optional(),
});

/** A compiled CloudFormation template with unresolved values. */
export type Template = z.output<typeof Template>;

/** The names of the compiled templates in a package folder: of the functions, and of what holds data. */
export const TEMPLATE = 'cloudformation-template-update-stack.json';
export const STATE_TEMPLATE = 'cloudformation-template-state-stack.json';

const Exports = z.object({
  Outputs: z.record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }) })),
});

/** Reads both templates of a package folder as if they were one stack: each import is replaced by what is exported. */
export async function readTemplate(folder: string): Promise<Template> {
  const read = async (name: string) => readFile(join(folder, name), 'utf8');
  const [functions, state] = await Promise.all([read(TEMPLATE), read(STATE_TEMPLATE)]);
  const { Outputs } = Exports.parse(JSON.parse(state));
  const exported = new Map(Object.values(Outputs).map(({ Value, Export }) => [Export.Name, Value]));
  const imported = JSON.parse(
    functions,
    (_name, value: { 'Fn::ImportValue'?: string } | null) => exported.get(value?.['Fn::ImportValue'] ?? '') ?? value,
  );
  const { Resources, ...rest } = Template.parse(imported);
  return { ...rest, Resources: { ...Template.parse(JSON.parse(state)).Resources, ...Resources } };
}

/** Logical ids and types of resources that run when deployed, but not here. */
export function leftOut(template: Template): string[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => !(Type in schemas) && !WITHOUT_LOCAL_EFFECT.test(Type))
    .map(([logicalId, { Type }]) => `${logicalId} (${Type})`);
}

/** All resources of one type by logical id, with their values resolved and checked. */
export function pick<Type extends ResourceType>(
  template: Template,
  type: Type,
  names: Names,
): Map<string, PropertiesOf<Type>> {
  const found = Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
  return new Map(
    found.map(([logicalId, { Properties }]) => {
      const parsed = schemas[type].safeParse(resolve(Properties, names));
      if (!parsed.success) throw new Error(`${logicalId} (${type}): ${z.prettifyError(parsed.error)}`);
      return [logicalId, parsed.data as PropertiesOf<Type>];
    }),
  );
}

/** The names of a template's resources on one machine. `sqs` is the address of the queues (http://127.0.0.1:PORT). */
export function localNames(template: Template, region: string, sqs: string): Names {
  const pseudo: Record<string, string> = {
    'AWS::Region': region,
    'AWS::AccountId': ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': 'local',
  };
  const resource = (logicalId: string) => {
    const found = template.Resources[logicalId];
    if (!found) throw new Error(`the template has no resource ${logicalId}`);
    return found;
  };
  const ref = (logicalId: string): string => {
    if (logicalId in pseudo) return pseudo[logicalId] ?? '';
    const { Type, Properties } = resource(logicalId);
    const name = Properties[NAME_PROPERTY[Type] ?? ''];
    if (Type === 'AWS::SQS::Queue') return `${sqs}/${ACCOUNT}/${name}`;
    return typeof name === 'string' ? name : logicalId;
  };
  const attribute = (logicalId: string, name: string): string => {
    const { Type, Properties } = resource(logicalId);
    const arn = ARN[Type];
    if (name !== 'Arn' || !arn) throw new Error(`the local stack does not know the attribute ${name} of ${Type}`);
    return `arn:aws:${arn[0]}:${region}:${ACCOUNT}:${arn[1]}${Properties[NAME_PROPERTY[Type] ?? ''] ?? logicalId}`;
  };
  return { ref, attribute };
}

const NAME_PROPERTY: Record<string, string> = {
  'AWS::SQS::Queue': 'QueueName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
};

const ARN: Record<string, [service: string, prefix: string]> = {
  'AWS::SQS::Queue': ['sqs', ''],
  'AWS::DynamoDB::Table': ['dynamodb', 'table/'],
  'AWS::Events::EventBus': ['events', 'event-bus/'],
  'AWS::Lambda::Function': ['lambda', 'function:'],
  'AWS::Logs::LogGroup': ['logs', 'log-group:'],
  'AWS::IAM::Role': ['iam', 'role/'],
  'AWS::KMS::Key': ['kms', 'key/'],
};
