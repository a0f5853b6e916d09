import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROJECT } from '../../local/folders.ts';
import { DYNAMODB, EVENTBRIDGE, SECRETS_MANAGER, SQS, SSM } from '../../src/lib/aws/services.ts';
import { type CompiledTemplate, compiledSample, compiledWith } from '../support/compiled.ts';
import { callsOfStacks } from '../support/deploy-calls.ts';
import { deployRole, readYaml } from '../support/deploy-role.ts';
import { deployedNames, REGION } from '../support/deployed-names.ts';
import { ACCOUNT, type Actor, type AwsRequest, allowed, denied, unused } from '../support/iam.ts';
import { onBehalf } from '../support/on-behalf.ts';
import { policyOfRole } from '../support/resource-policies.ts';

const VPC = { subnets: ['subnet-11111111', 'subnet-22222222'], securityGroups: ['sg-33333333'] };
const STAGE = {
  region: REGION,
  provider: 'huawei-cloud',
  providerRegion: 'ap-southeast-3',
  alarmTarget: 'none',
  permissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/boundary`,
};

let inside: CompiledTemplate;
beforeAll(async () => {
  inside = await compiledWith({ ...STAGE, vpc: VPC });
}, 60_000);

const isOfNetwork = ({ action }: AwsRequest) => action.startsWith('ec2:');

describe('the functions of a stage', () => {
  it('run in the network that the stage names, all of them', () => {
    expect(inside.functions()).toHaveLength(3);
    for (const { VpcConfig } of inside.functions())
      expect(VpcConfig).toEqual({ SubnetIds: VPC.subnets, SecurityGroupIds: VPC.securityGroups });
  });

  it('run in no network, and have no right to any, if the stage names none', async () => {
    const { template, functions } = await compiledSample('prod');
    for (const { VpcConfig } of functions()) expect(VpcConfig).toBeUndefined();
    expect(JSON.stringify(template)).not.toContain('ec2:');
  }, 60_000);

  it('may have Lambda make their interfaces, and may not make any in their code', async () => {
    for (const { id, Role } of inside.functions()) {
      const role = Role['Fn::GetAtt'][0];
      const actor: Actor = {
        principal: deployedNames(inside).arn(role),
        policies: [policyOfRole(inside, role)],
        boundary: deployRole('trial', { network: 'vpc' }).boundary.policy,
      };
      const byLambda = onBehalf(inside, id, []).filter(isOfNetwork);
      expect(byLambda).toHaveLength(6);
      expect(await denied(byLambda, () => actor)).toEqual([]);
      const source = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:migration-relay-trial-${id.replace('LambdaFunction', '')}`;
      const byCode = byLambda.map((call) => ({ ...call, context: { 'lambda:SourceFunctionArn': source } }));
      expect(await allowed(byCode, () => actor)).toEqual([]);
      const { policy } = deployRole('trial').boundary;
      expect(await allowed(byLambda, () => ({ ...actor, boundary: policy }))).toEqual([]);
    }
  });
});

describe('the role of the workflow', () => {
  const { actor, policies, boundary } = deployRole('trial', { network: 'vpc' });
  const calls = () => callsOfStacks(inside, 'trial', boundary.arn).filter(isOfNetwork);

  it('may read networks by CloudFormation if the stage has one, and needs each of these rights', async () => {
    expect(new Set(calls().map(({ action }) => action)).size).toBe(4);
    expect(await denied(calls(), () => actor)).toEqual([]);
    const reads = {
      Statement: (policies.DeployFunctions?.Statement ?? []).filter(({ Sid }) => /Network/.test(Sid ?? '')),
    };
    expect(reads.Statement).toHaveLength(1);
    expect(await unused(reads, calls(), (less) => ({ ...actor, policies: [less] }))).toEqual([]);
  });

  it('may not read them itself, and not at all if the stage has none', async () => {
    const byItself = calls().map((call) => ({ ...call, context: {} }));
    expect(await allowed(byItself, () => actor)).toEqual([]);
    expect(await allowed(calls(), () => deployRole('trial').actor)).toEqual([]);
  });
});

describe('docs/network.yml', () => {
  const text = readFileSync(join(PROJECT, 'docs/network.yml'), 'utf8');
  interface Resource {
    Type: string;
    Condition?: string;
    Properties?: Record<string, unknown>;
  }
  const { Resources, Outputs } = readYaml(text) as {
    Resources: Record<string, Resource>;
    Outputs: Record<string, { Value: unknown }>;
  };
  const ofType = (type: string) => Object.entries(Resources).filter(([, { Type }]) => Type === `AWS::EC2::${type}`);
  const ref = (id: string) => ({ Ref: id });

  it('is a template that CloudFormation accepts', () => {
    const { diagnostics } = new RegoEngine().validateStandard(new TemplateFile(join(PROJECT, 'docs/network.yml')), {
      severityLevel: 'WARN',
    });
    expect(diagnostics.map(({ message }) => message)).toEqual([]);
  });

  it('refers only to what it has, and uses no alias, which CloudFormation does not understand', () => {
    const known = new Set([...Object.keys(Resources), 'Addresses', 'Endpoints', 'AddressId']);
    const named = [...text.matchAll(/!(?:Ref|GetAtt) (\w+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    expect(text).not.toMatch(/[:\s][&*]\w|<<:/);
  });

  it('has an endpoint for each service that a function calls, with the free one always', () => {
    const endpoints = ofType('VPCEndpoint').map(([, { Condition, Properties }]) => ({
      service: /\.([a-z]+)$/.exec(JSON.parse(JSON.stringify(Properties?.ServiceName))['Fn::Sub'])?.[1],
      type: Properties?.VpcEndpointType,
      when: Condition,
    }));
    const byInterface = [SQS, EVENTBRIDGE, SECRETS_MANAGER, SSM].map(({ name }) => ({
      service: name,
      type: 'Interface',
      when: 'HasEndpoints',
    }));
    expect(endpoints).toEqual([{ service: DYNAMODB.name, type: 'Gateway', when: undefined }, ...byInterface]);
    for (const [, { Properties }] of ofType('VPCEndpoint'))
      if (Properties?.VpcEndpointType === 'Interface') expect(Properties.PrivateDnsEnabled).toBe(true);
  });

  it('leads everything from the subnets of the functions through the one address', () => {
    const subnets = ['FirstSubnet', 'SecondSubnet'];
    expect(Outputs.Subnets?.Value).toEqual({ 'Fn::Join': [', ', subnets.map(ref)] });
    const tables = ofType('SubnetRouteTableAssociation').map(([, { Properties }]) => Properties);
    for (const subnet of subnets)
      expect(tables).toContainEqual({ SubnetId: ref(subnet), RouteTableId: ref('PrivateRoutes') });
    const routes = ofType('Route').filter(
      ([, { Properties }]) => JSON.stringify(Properties?.RouteTableId) === JSON.stringify(ref('PrivateRoutes')),
    );
    expect(routes.map(([, { Properties }]) => Properties)).toEqual([
      { RouteTableId: ref('PrivateRoutes'), DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: ref('Nat') },
    ]);
    expect(ofType('NatGateway').map(([id]) => id)).toEqual(['Nat']);
    const made = { 'Fn::GetAtt': ['ProviderAddress', 'AllocationId'] };
    expect(Resources.Nat?.Properties?.AllocationId).toEqual({ 'Fn::If': ['MakesAddress', made, ref('AddressId')] });
    expect(Outputs.ProviderAddress?.Value).toEqual(ref('ProviderAddress'));
    const zones = [Resources.FirstSubnet, Resources.SecondSubnet].map((one) =>
      JSON.stringify(one?.Properties?.AvailabilityZone),
    );
    expect(new Set(zones).size).toBe(2);
  });

  it('lets the functions call by HTTPS only, and lets nobody call them', () => {
    const { SecurityGroupEgress, SecurityGroupIngress } = Resources.FunctionsGroup?.Properties ?? {};
    expect(SecurityGroupEgress).toEqual([
      { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0', Description: 'HTTPS' },
    ]);
    expect(SecurityGroupIngress).toBeUndefined();
    expect(Outputs.SecurityGroup?.Value).toEqual(ref('FunctionsGroup'));
  });
});
