import { preparePackage } from '../../local/prepare.ts';
import { readTemplate, type Template } from '../../local/template.ts';
import { ownFileOf, ownFileOfSample } from './stages.ts';

/** The compiled template of a stage that is under test, for tests that hold for each. */
export const compiled = (stage: string) => compiledFrom(stage, ownFileOf(stage));

/** The compiled template of a sample stage, for tests that know its values. */
export const compiledSample = (stage: string) => compiledFrom(stage, ownFileOfSample(stage));

async function compiledFrom(stage: string, own: string | undefined) {
  const folder = await preparePackage(stage, undefined, own);
  return { folder, ...viewOf(await readTemplate(folder)) };
}

/** The compiled template of a stage with these parameters, which the project does not have. */
export function compiledWith(parameters: object, stage = 'trial') {
  // JSON is YAML.
  return compiledFrom(stage, JSON.stringify(parameters));
}
export type CompiledTemplate = Awaited<ReturnType<typeof compiled>>;

export interface Statement {
  Sid?: string;
  Effect: string;
  Principal?: unknown;
  Action: string[];
  Resource: unknown[];
  Condition?: Record<string, Record<string, unknown>>;
}

interface Document {
  Statement: (Omit<Statement, 'Action' | 'Resource'> & { Action: string | string[]; Resource: unknown })[];
}

/** The statements of a policy document, with lists of actions and resources. */
export const statementsIn = (document: unknown): Statement[] =>
  withoutAbsent((document as Document).Statement).map(({ Action, Resource, ...rest }) => ({
    ...rest,
    Action: [Action].flat(),
    Resource: [Resource].flat(),
  }));

/** CloudFormation leaves out an element that refers to AWS::NoValue. */
const withoutAbsent = <Element>(list: Element[]) =>
  list.filter((one) => (one as { Ref?: string }).Ref !== 'AWS::NoValue');

/** Functions that inspect a template. */
function viewOf(template: Template) {
  const ofType = (type: string) =>
    Object.entries(template.Resources).flatMap(([id, { Type, ...rest }]) => (Type === type ? [{ id, ...rest }] : []));
  const policies = ofType('AWS::IAM::Policy');
  return {
    template,
    ofType,
    properties: (id: string) => template.Resources[id]?.Properties ?? {},
    functions: () =>
      ofType('AWS::Lambda::Function').map(({ id, Properties }) => ({
        id,
        ...(Properties as unknown as FunctionShape),
      })),
    /** All rights of a role: its own policies, and those that are attached to it. */
    rights(role: string): Statement[] {
      const own = withoutAbsent((template.Resources[role]?.Properties.Policies ?? []) as { PolicyDocument: unknown }[]);
      const attached = policies.filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(`"${role}"`));
      const documents = [...own, ...attached.map(({ Properties }) => Properties as { PolicyDocument: unknown })];
      return documents.flatMap(({ PolicyDocument }) => statementsIn(PolicyDocument));
    },
    /** The statements of policies that are not a role's: a queue's, a key's, a bucket's. */
    policy: (id: string) =>
      statementsIn(template.Resources[id]?.Properties.PolicyDocument ?? template.Resources[id]?.Properties.KeyPolicy),
  };
}

interface FunctionShape {
  FunctionName: string;
  Runtime: string;
  Timeout: number;
  MemorySize: number;
  RecursiveLoop: string;
  KmsKeyArn: unknown;
  TracingConfig: { Mode: string };
  VpcConfig?: { SubnetIds: string[]; SecurityGroupIds: string[] };
  ReservedConcurrentExecutions: number;
  Role: { 'Fn::GetAtt': [string, string] };
  Layers?: unknown;
  Environment: { Variables: Record<string, unknown> };
}
