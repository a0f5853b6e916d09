import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PROJECT } from '../../local/folders.ts';
import { resolve } from '../../local/intrinsics.ts';
import { type Statement, statementsIn } from './compiled.ts';
import { ACCOUNT, type Actor, type Policy } from './iam.ts';

/** The parser with which serverless reads YAML. */
const yaml = createRequire(import.meta.resolve('serverless'))('js-yaml') as {
  load(text: string, options: { schema: object }): unknown;
  DEFAULT_SCHEMA: { extend(types: object[]): object };
  Type: new <Value>(name: string, options: { kind: 'scalar' | 'sequence'; construct(value: Value): object }) => object;
};
const tag = (name: string, construct: (value: string) => object) => new yaml.Type(name, { kind: 'scalar', construct });
const listTag = (name: string) =>
  new yaml.Type<unknown[]>(`!${name}`, { kind: 'sequence', construct: (list) => ({ [`Fn::${name}`]: list }) });
/** The short forms of CloudFormation's functions that the template uses. */
const SCHEMA = yaml.DEFAULT_SCHEMA.extend([
  tag('!Ref', (name) => ({ Ref: name })),
  tag('!Sub', (text) => ({ 'Fn::Sub': text })),
  tag('!GetAtt', (path) => ({ 'Fn::GetAtt': path.split('.') })),
  ...['Not', 'Equals', 'If', 'Join', 'Select', 'Cidr'].map(listTag),
  tag('!GetAZs', (region) => ({ 'Fn::GetAZs': region })),
]);

interface Template {
  Parameters: Record<string, { AllowedPattern?: string; MaxLength?: number }>;
  Resources: Record<string, { Type: string; Properties: Properties }>;
}
type Properties = Record<string, unknown>;

/** Reads a text in the YAML of CloudFormation. */
export const readYaml = (text: string) => yaml.load(text, { schema: SCHEMA });

export const DEPLOY_ROLE = readYaml(readFileSync(join(PROJECT, 'docs/deploy-role.yml'), 'utf8')) as Template;

export interface DeployRole {
  actor: Actor;
  /** The policies that are attached to the role, by their logical id. */
  policies: Record<string, Policy>;
  boundary: { arn: string; policy: Policy };
  trust: Statement[];
}

export const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;

/** Decides the template's conditions, and puts the list in the place of its reference. */
function decide(properties: unknown, { otherResources, network }: Required<Omit<RoleParameters, 'subject'>>): unknown {
  const conditions: Record<string, boolean> = {
    HasOtherResources: otherResources.length > 0,
    HasNetwork: network === 'vpc',
  };
  const decided = (value: unknown) => {
    const { Ref, 'Fn::If': choice } = (value ?? {}) as Conditional;
    if (choice) return choice[conditions[choice[0]] ? 1 : 2];
    return Ref === 'OtherResources' ? otherResources : value;
  };
  return JSON.parse(JSON.stringify(properties), (_name, value) => decided(value));
}
interface Conditional {
  Ref?: string;
  'Fn::If'?: [condition: string, then: unknown, otherwise: unknown];
}

/** What an administrator gives to the template beside the stage. */
interface RoleParameters {
  subject?: string;
  otherResources?: string[];
  network?: 'none' | 'vpc';
}

/** The deploy role of a stage, as the stack relay-deploy-STAGE makes it. */
export function deployRole(
  stage: string,
  { subject = 'repo:acme/relay', otherResources = [], network = 'none' }: RoleParameters = {},
): DeployRole {
  const stack = `relay-deploy-${stage}`;
  const values: Record<string, string> = {
    'AWS::AccountId': ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::StackName': stack,
    Stage: stage,
    Subject: subject,
    GitHubProvider: PROVIDER,
    DeployRole: `${stack}-DeployRole-ABCDEFGHIJKL`,
    Boundary: `arn:aws:iam::${ACCOUNT}:policy/${stack}-Boundary-ABCDEFGHIJKL`,
  };
  const names = {
    ref(name: string) {
      const value = values[name];
      if (value === undefined) throw new Error(`the deploy role's template refers to ${name}`);
      return value;
    },
    attribute: (id: string) => `arn:aws:iam::${ACCOUNT}:role/${values[id]}`,
  };
  const propertiesOf = (id: string) => {
    const { PolicyDocument, ...rest } = decide(DEPLOY_ROLE.Resources[id]?.Properties, {
      otherResources,
      network,
    }) as Properties;
    const policy = PolicyDocument === undefined ? {} : { PolicyDocument: { Statement: statementsIn(PolicyDocument) } };
    return resolve({ ...rest, ...policy }, names) as Properties;
  };
  const policyOf = (id: string) => propertiesOf(id).PolicyDocument as Policy;
  const policies = Object.fromEntries(
    Object.keys(DEPLOY_ROLE.Resources).flatMap((id) =>
      JSON.stringify(propertiesOf(id).Roles) === JSON.stringify([values.DeployRole]) ? [[id, policyOf(id)]] : [],
    ),
  );
  const actor = { principal: names.attribute('DeployRole'), policies: Object.values(policies) };
  const { AssumeRolePolicyDocument } = propertiesOf('DeployRole');
  const trust = (AssumeRolePolicyDocument as { Statement: (Statement & { Action: string })[] }).Statement.map(
    (one) => ({
      ...one,
      Action: [one.Action],
    }),
  );
  return { actor, policies, boundary: { arn: names.ref('Boundary'), policy: policyOf('Boundary') }, trust };
}
