import { beforeAll, describe, expect, it } from 'vitest';
import type { Template } from '../../local/template.ts';
import { type CompiledTemplate, compiledSample } from '../support/compiled.ts';
import { bucketOf, callsOfCommands, callsOfStacks, REGISTRY } from '../support/deploy-calls.ts';
import { DEPLOY_ROLE, type DeployRole, deployRole, PROVIDER } from '../support/deploy-role.ts';
import {
  ACCOUNT,
  type Actor,
  type AwsRequest,
  allowed,
  denied,
  isAllowed,
  neighbours,
  type Policy,
  underLongerNames,
  unguarded,
  unused,
} from '../support/iam.ts';
import { NEVER_CALLED } from '../support/never-called.ts';
import { ACCOUNT_DECIDES, policyOfRole } from '../support/resource-policies.ts';

/** A stage's template under another name, so that any name can be tried without a file of its own. */
const renamed = (template: Template, from: string, to: string): Template =>
  JSON.parse(
    JSON.stringify(template)
      .replaceAll(`migration-relay-${from}`, `migration-relay-${to}`)
      .replaceAll(`migration-relay/${from}`, `migration-relay/${to}`),
  ) as Template;

const LONG_NAME = 'a'.repeat(DEPLOY_ROLE.Parameters.Stage?.MaxLength ?? 0);
/** The bucket of prod's packages begins like the names of this stage. */
const WITH_ACCOUNT = `prod-${ACCOUNT}`;

let templates: Record<string, Template>;
beforeAll(async () => {
  const stages = ['dev', 'staging', 'prod', 'prod-otc'];
  const views = await Promise.all(
    stages.map(async (stage) => [stage, (await compiledSample(stage)).template] as const),
  );
  templates = Object.fromEntries(views);
  const { prod } = templates;
  if (!prod) throw new Error('the stage prod was not compiled');
  for (const name of [LONG_NAME, 'prodx', 'prod-otc-x', WITH_ACCOUNT, 'pro'])
    templates[name] = withParameter(renamed(prod, 'prod', name), name);
  for (const stage of stages) templates[stage] = withParameter(templates[stage] as Template, stage);
}, 120_000);

/** Names and addresses are put below the stage's path. No stage of the project has a budget. */
const withParameter = ({ Resources }: Template, stage: string): Template => ({
  Resources: {
    ...Resources,
    Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name: `/migration-relay/${stage}/stack/ledger` } },
    MonthlyBudget: { Type: 'AWS::Budgets::Budget', Properties: {} },
  },
});

const viewOf = (stage: string) => ({ template: templates[stage] as Template });
const withKey = (actor: Actor, { resource }: AwsRequest): Actor =>
  resource.includes(':key/') ? { ...actor, resourcePolicy: ACCOUNT_DECIDES } : actor;

const callsFor = (stage: string, boundary: string) => [
  ...callsOfStacks(viewOf(stage), stage, boundary),
  ...callsOfCommands(stage),
];

/** Rights that AWS limits to no resource. */
const LIMITED_TO_NO_RESOURCE = [
  'cloudformation:ListExports on *',
  'cloudformation:ValidateTemplate on *',
  'events:PutPermission on *',
  'events:RemovePermission on *',
  'kms:ListAliases on *',
  'logs:CreateLogDelivery on *',
  'logs:DeleteLogDelivery on *',
  'logs:DeleteResourcePolicy on *',
  'logs:DescribeIndexPolicies on *',
  'logs:DescribeLogGroups on *',
  'logs:DescribeResourcePolicies on *',
  'logs:GetLogDelivery on *',
  'logs:ListLogDeliveries on *',
  'logs:PutResourcePolicy on *',
  'logs:UpdateLogDelivery on *',
];
/** The tags of APIs, and the parts of an API that show no tag of a stage: both only by CloudFormation. */
const REACHED_BY_CLOUDFORMATION =
  /^apigateway:\w+ on \S+:(\/tags\/.*|\/apis\/\w+\/(routes|integrations|stages)\S* \(aws:CalledVia cloudformation\.amazonaws\.com\))$/;

/** Any region, version of a stack or file of the packages, what is below a path of the stage, any rule of its bus, its budget by a made name. */
const REACHED_UNDER_ANY_NAME =
  /:[\w-]+-x:\d{12}:|:budget\/migration-relay-prod-MonthlyBudget-[\w-]+-x( |$)|-packages\/\S+-x|:((role|policy)\/migration-relay\/prod|parameter\/migration-relay\/prod\/stack|rule\/migration-relay-prod-results|stack\/migration-relay-prod(-state)?)\/[\w-]+-x( |$)/;

type Forbidden = [what: string, action: string, resource: string, context?: AwsRequest['context']];

const toRequest = ([, action, resource, own]: Forbidden): AwsRequest => ({
  action,
  resource,
  context: { 'aws:CalledVia': ['cloudformation.amazonaws.com'], ...own },
});

function FORBIDDEN({ actor, boundary }: DeployRole): Forbidden[] {
  const iam = (kind: string, name: string) => `arn:aws:iam::${ACCOUNT}:${kind}/${name}`;
  const key = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/99999999-0000`;
  const own = iam('role', 'migration-relay/prod/migration-relay-prod-webhook');
  const within = { 'iam:PermissionsBoundary': boundary.arn };
  const ofOther = { 'aws:ResourceTag/STAGE': 'prod-otc' };
  const api = 'arn:aws:apigateway:eu-central-1::/apis/z9y8x7';
  return [
    ['widen its own trust', 'iam:UpdateAssumeRolePolicy', actor.principal],
    ['give itself a policy', 'iam:PutRolePolicy', actor.principal, within],
    ['attach a policy to itself', 'iam:AttachRolePolicy', actor.principal],
    ['delete itself', 'iam:DeleteRole', actor.principal],
    ['pass itself to a function', 'iam:PassRole', actor.principal, { 'iam:PassedToService': 'lambda.amazonaws.com' }],
    ['rewrite the boundary', 'iam:CreatePolicyVersion', boundary.arn],
    ['go back to an older boundary', 'iam:SetDefaultPolicyVersion', boundary.arn],
    ['rewrite its own policy', 'iam:CreatePolicyVersion', iam('policy', 'relay-deploy-prod-DeployState-ABCDEFGHIJKL')],
    ['make a role without a boundary', 'iam:CreateRole', own],
    ['make a role with another boundary', 'iam:CreateRole', own, { 'iam:PermissionsBoundary': iam('policy', 'none') }],
    ['take a boundary away', 'iam:DeleteRolePermissionsBoundary', own, within],
    [
      'change the boundary of a role',
      'iam:PutRolePermissionsBoundary',
      own,
      { 'iam:PermissionsBoundary': iam('policy', 'x') },
    ],
    ['write rights of a role without the boundary', 'iam:PutRolePolicy', own],
    ['attach a policy to a role', 'iam:AttachRolePolicy', own, within],
    ['make a role outside of its path', 'iam:CreateRole', iam('role', 'migration-relay-prod-webhook'), within],
    ['make a role of another stage', 'iam:CreateRole', iam('role', 'migration-relay/prod-otc/x'), within],
    ['pass a role to another service', 'iam:PassRole', own, { 'iam:PassedToService': 'ec2.amazonaws.com' }],
    [
      'pass a role of another stage',
      'iam:PassRole',
      iam('role', 'migration-relay/prod-otc/x'),
      { 'iam:PassedToService': 'lambda.amazonaws.com' },
    ],
    ['make a policy outside of its path', 'iam:CreatePolicy', iam('policy', 'x')],
    ['make a user', 'iam:CreateUser', iam('user', 'x')],
    ['become another role', 'sts:AssumeRole', own],
    ['change who may assume a role', 'iam:UpdateAssumeRolePolicy', own],
    ["write another stage's key policy", 'kms:PutKeyPolicy', key, ofOther],
    ['write the policy of a key without a tag', 'kms:PutKeyPolicy', key],
    ["decrypt with another stage's key", 'kms:Decrypt', key, ofOther],
    ['decrypt with a key without a tag', 'kms:Decrypt', key],
    ['grant the use of a key without a tag', 'kms:CreateGrant', key, { 'kms:GrantIsForAWSResource': 'true' }],
    [
      'grant the use of its key to a person',
      'kms:CreateGrant',
      key,
      { 'aws:ResourceTag/STAGE': 'prod', 'kms:GrantIsForAWSResource': 'false' },
    ],
    ["take over another stage's key by a tag", 'kms:TagResource', key, { ...ofOther, 'aws:RequestTag/STAGE': 'prod' }],
    [
      'take over a key by a tag without CloudFormation',
      'kms:TagResource',
      key,
      { 'aws:RequestTag/STAGE': 'prod', 'aws:CalledVia': [] },
    ],
    ['make a key for another stage', 'kms:CreateKey', '*', { 'aws:RequestTag/STAGE': 'prod-otc' }],
    ['make a key without a tag', 'kms:CreateKey', '*'],
    ["delete another stage's key", 'kms:ScheduleKeyDeletion', key, ofOther],
    [
      "move another stage's alias",
      'kms:UpdateAlias',
      `arn:aws:kms:eu-central-1:${ACCOUNT}:alias/migration-relay-prod-otc`,
    ],
    [
      'read a password of a change',
      'secretsmanager:GetSecretValue',
      `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:migration-relay/prod/redis/a-a1B2c3`,
    ],
    [
      "read another stage's secret",
      'secretsmanager:GetSecretValue',
      `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:migration-relay/prod-otc/provider-a1B2c3`,
    ],
    [
      'replace a secret',
      'secretsmanager:PutSecretValue',
      `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:migration-relay/prod/provider-a1B2c3`,
    ],
    [
      'read messages',
      'sqs:ReceiveMessage',
      `arn:aws:sqs:eu-central-1:${ACCOUNT}:migration-relay-prod-dcs-changes.fifo`,
    ],
    [
      'read the ledger',
      'dynamodb:GetItem',
      `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/migration-relay-prod-ledger`,
    ],
    [
      'invoke a function',
      'lambda:InvokeFunction',
      `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:migration-relay-prod-webhook`,
    ],
    [
      'open a function to the world',
      'lambda:AddPermission',
      `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:migration-relay-prod-webhook`,
      { 'lambda:Principal': '*' },
    ],
    [
      'give a function an address',
      'lambda:CreateFunctionUrlConfig',
      `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:migration-relay-prod-webhook`,
    ],
    [
      "change another function's mapping",
      'lambda:UpdateEventSourceMapping',
      `arn:aws:lambda:eu-central-1:${ACCOUNT}:event-source-mapping:1`,
      { 'lambda:FunctionArn': `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:migration-relay-prod-otc-dcsChanges` },
    ],
    ['change an API without a tag', 'apigateway:PATCH', api],
    ["change another stage's API", 'apigateway:PATCH', api, ofOther],
    ["change a route of another stage's API", 'apigateway:PATCH', `${api}/routes/r1`, ofOther],
    ['change a route without CloudFormation', 'apigateway:PATCH', `${api}/routes/r1`, { 'aws:CalledVia': [] }],
    ['write a log policy without CloudFormation', 'logs:PutResourcePolicy', '*', { 'aws:CalledVia': [] }],
    [
      "read another account's bucket of this name",
      's3:GetObject',
      `${bucketOf('prod')}/x`,
      { 'aws:ResourceAccount': '999999999999' },
    ],
    [
      'change its own stack, which made it',
      'cloudformation:UpdateStack',
      `arn:aws:cloudformation:eu-central-1:${ACCOUNT}:stack/relay-deploy-prod/1`,
    ],
    [
      "change another stage's stack",
      'cloudformation:UpdateStack',
      `arn:aws:cloudformation:eu-central-1:${ACCOUNT}:stack/migration-relay-prod-otc/1`,
    ],
    [
      'silence an alarm of another stage',
      'cloudwatch:DeleteAlarms',
      `arn:aws:cloudwatch:eu-central-1:${ACCOUNT}:alarm:migration-relay-prod-otc-UnknownOutcomes`,
    ],
    [
      'make a schedule of another stage',
      'events:PutRule',
      `arn:aws:events:eu-central-1:${ACCOUNT}:rule/migration-relay-prod-otc-heartbeat-dcs`,
    ],
    [
      'lead a rule of somebody else to another target',
      'events:PutTargets',
      `arn:aws:events:eu-central-1:${ACCOUNT}:rule/migration-relay-prod-heartbeat-other`,
    ],
    [
      'count the lines of another log',
      'logs:PutMetricFilter',
      `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:/aws/lambda/migration-relay-prod-webhook:*`,
    ],
    [
      "remove another stage's count of heartbeats",
      'logs:DeleteMetricFilter',
      `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:/aws/events/migration-relay-prod-otc-results:*`,
    ],
    ['stop the trail of the account', 'cloudtrail:StopLogging', `arn:aws:cloudtrail:eu-central-1:${ACCOUNT}:trail/x`],
    [
      'read another parameter',
      'ssm:GetParameters',
      `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/migration-relay/prod/redis/a`,
    ],
  ];
}

describe.each(['dev', 'staging', 'prod', 'prod-otc', LONG_NAME])('the deploy role of %s', (stage) => {
  const role: DeployRole = deployRole(stage);
  const may = (request: AwsRequest) => withKey(role.actor, request);

  it('may make each call of a first deployment, an update, the way back and a removal', async () => {
    const calls = callsFor(stage, role.boundary.arn);
    expect(calls.length).toBeGreaterThan(400);
    expect(await denied(calls, may)).toEqual([]);
  });

  it('fits into the quotas of IAM', () => {
    for (const { Statement } of [...Object.values(role.policies), role.boundary.policy])
      expect(JSON.stringify({ Version: '2012-10-17', Statement }).length).toBeLessThanOrEqual(6144);
    expect(Object.keys(role.policies).length).toBeLessThanOrEqual(10);
  });
});

describe('the deploy role of prod', () => {
  const role = deployRole('prod');
  const may = (request: AwsRequest) => withKey(role.actor, request);

  const ownCalls = () => callsFor('prod', role.boundary.arn);
  /** The role with another policy in place of this one. */
  const actorWith = (id: string) => (policy: Policy, request: AwsRequest) =>
    withKey({ ...role.actor, policies: Object.values({ ...role.policies, [id]: policy }) }, request);

  it.each(Object.keys(role.policies))('needs each right of %s', async (id) => {
    expect(await unused(role.policies[id] as Policy, ownCalls(), actorWith(id))).toEqual([]);
  });

  it.each(['prod-otc', 'prod-otc-x', 'prodx', WITH_ACCOUNT, 'pro', 'dev', LONG_NAME])(
    'reaches nothing of the stage %s but what AWS limits to no resource',
    async (other) => {
      const others = callsFor(other, deployRole(other).boundary.arn);
      const reached = await allowed(others, may);
      const unlimited = new Set(reached.flatMap((text) => /^\S+ on \*/.exec(text) ?? []));
      expect([...unlimited].sort()).toEqual(LIMITED_TO_NO_RESOURCE);
      expect(reached.filter((text) => !/ on \*/.test(text) && !REACHED_BY_CLOUDFORMATION.test(text))).toEqual([]);
    },
  );

  it('reaches longer names than those of its calls only where the stage has a path', async () => {
    const named = ownCalls().filter(({ resource }) => resource.includes('migration-relay'));
    const reached = await allowed(underLongerNames(named), may);
    expect(reached.filter((text) => !REACHED_UNDER_ANY_NAME.test(text))).toEqual([]);
  });

  /** What AWS names, and the role knows by its tag: keys, mappings, APIs. Here they have the tag of another stage. */
  const ofOtherStage = () =>
    ownCalls()
      .filter(({ resource }) => !/^\*$|migration-relay|\/apis$|\/tags\//.test(resource))
      // A mapping is known by its function too.
      .filter(({ context }) => !('lambda:FunctionArn' in context))
      .map((call) => ({ ...call, context: { ...call.context, 'aws:ResourceTag/STAGE': 'dev' } }));

  it('reaches nothing that has no name of the stage and the tag of another', async () => {
    const services = ofOtherStage().map(({ action }) => action.split(':')[0]);
    expect(new Set(services)).toEqual(new Set(['kms', 'lambda', 'apigateway']));
    expect(await allowed(ofOtherStage(), may)).toEqual([]);
  });

  it.each(Object.keys(role.policies))(
    'has no limit in %s that refuses nothing',
    async (id) => {
      const requests = [...neighbours(ownCalls()), ...ofOtherStage(), ...FORBIDDEN(role).map(toRequest)];
      const left = await unguarded(role.policies[id] as Policy, requests, actorWith(id));
      // Nothing else allows what this denies.
      expect(left.filter((text) => !text.startsWith('NeverItself'))).toEqual([]);
    },
    60_000,
  );

  it('allows actions one by one, except for the settings of a bucket', () => {
    // The names of these calls and of their rights differ, and S3 has many.
    expect(Object.values(role.policies).flatMap(actionsWithStars)).toEqual(['s3:GetBucket*', 's3:Get*Configuration']);
  });

  it('gives its sessions an hour', () => {
    expect(DEPLOY_ROLE.Resources.DeployRole?.Properties.MaxSessionDuration).toBe(3600);
  });

  it('reaches them only through CloudFormation, except for reading lists', async () => {
    const others = callsFor('dev', deployRole('dev').boundary.arn).map(({ action, resource, context }) => {
      const { 'aws:CalledVia': _, ...direct } = context;
      return { action, resource, context: direct };
    });
    expect([...new Set(await allowed(others, may))].map((text) => text.split(' ')[0]).sort()).toEqual([
      'cloudformation:ListExports',
      'cloudformation:ValidateTemplate',
      'kms:ListAliases',
    ]);
  });

  it('reaches what shows no stage only through CloudFormation, except for making it and reading lists', async () => {
    const direct = ownCalls()
      .filter(({ resource }) => !resource.includes('migration-relay'))
      .map(({ context: { 'aws:CalledVia': _, ...context }, ...call }) => ({ ...call, context }))
      .filter(({ context }) => !('aws:ResourceTag/STAGE' in context || 'lambda:FunctionArn' in context));
    expect([...new Set(await allowed(direct, may))].map((text) => text.split(' ')[0]).sort()).toEqual([
      'apigateway:POST',
      'cloudformation:ListExports',
      'cloudformation:ValidateTemplate',
      'kms:CreateKey',
    ]);
  });

  it.each(FORBIDDEN(role))('may not %s', async (...forbidden) => {
    const request = toRequest(forbidden);
    expect(await isAllowed(request, may(request))).toBe(false);
  });

  it('may not change itself even if a policy of it allowed everything', async () => {
    const everything: Policy = { Statement: [{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }] };
    const actor = { ...role.actor, policies: [...role.actor.policies, everything] };
    const itself = { action: 'iam:UpdateAssumeRolePolicy', resource: role.actor.principal, context: {} };
    const boundary = { action: 'iam:CreatePolicyVersion', resource: role.boundary.arn, context: {} };
    expect(await denied([itself, boundary], () => actor)).toHaveLength(2);
  });
});

describe('what is left out of the calls', () => {
  const left = Object.entries(NEVER_CALLED).flatMap(([type, lists]) =>
    lists.flatMap(([reason, actions]) => actions.split(' ').map((action) => [type, action, reason] as const)),
  );
  it.each(left)('of %s is in the registry: %s, because %s', (type, action) => {
    const named = Object.values(REGISTRY[type] ?? {}).flat();
    expect(named.some((one) => one === action || (action.endsWith(':') && one.startsWith(action)))).toBe(true);
  });
});

const actionsWithStars = ({ Statement }: Policy) =>
  Statement.flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action.filter((one) => one.includes('*')) : []));

/** A call for each action and resource that the roles of a stage's functions allow. */
function callsOfFunctions(view: CompiledTemplate, stage: string): AwsRequest[] {
  const roles = view.ofType('AWS::IAM::Role').map(({ id }) => policyOfRole(view, id));
  return roles.flatMap(({ Statement }) =>
    Statement.flatMap(({ Action, Resource, Condition = {} }) =>
      Action.flatMap((action) =>
        Resource.map((resource) => ({
          action,
          resource: resource === '*' ? '*' : exampleOf(String(resource)),
          context: {
            ...Object.fromEntries(
              Object.entries({ ...Condition.StringEquals, ...Condition['ForAllValues:StringEquals'] }).map(
                ([key, values]) => [key, [values].flat()[0] as string],
              ),
            ),
            ...(action.startsWith('kms:') && { 'aws:ResourceTag/STAGE': stage }),
          },
        })),
      ),
    ),
  );
}
/** Lambda writes into a stream of its group. */
const exampleOf = (pattern: string) =>
  pattern
    .replace(/(:log-group:.*):\*$/, '$1:log-stream:one')
    .replace('??????', 'a1B2c3')
    .replace(/\*$/, 'x-a1B2c3');

describe('the boundary of prod', () => {
  const everything: Policy = { Statement: [{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }] };
  /** A role with all rights, as the workflow may make one, within the boundary of prod. */
  const within = (otherResources: string[] = []): Actor => ({
    principal: `arn:aws:iam::${ACCOUNT}:role/migration-relay/prod/made-by-the-workflow`,
    policies: [everything],
    boundary: deployRole('prod', { otherResources }).boundary.policy,
  });
  const may = (otherResources?: string[]) => (request: AwsRequest) => withKey(within(otherResources), request);
  const plain = (action: string, resource: string): AwsRequest => ({ action, resource, context: {} });
  const arn = (service: string, rest: string) => `arn:aws:${service}:eu-central-1:${ACCOUNT}:${rest}`;

  /** What an administrator names beside the stage's own, one for each service. */
  const OTHERS = [
    arn('sqs', 'company.fifo'),
    arn('events', 'event-bus/company'),
    arn('secretsmanager', 'secret:company/relay-??????'),
    arn('ssm', 'parameter/company/password'),
    arn('kms', 'key/99999999-0000'),
  ];
  /** The calls of functions, on these in place of the stage's own. */
  const callsOfOthers = (view: CompiledTemplate) =>
    callsOfFunctions(view, 'prod').flatMap(({ action }) => {
      const other = OTHERS.find((one) => one.startsWith(`arn:aws:${action.split(':')[0]}:`));
      return other ? [plain(action, exampleOf(other))] : [];
    });

  it.each(['dev', 'staging', 'prod', 'prod-otc', 'local'])(
    'permits every call of the functions of its own stage only (%s)',
    async (stage) => {
      const calls = callsOfFunctions(await compiledSample(stage), stage);
      expect(calls.length).toBeGreaterThan(15);
      const own = { ...within(), boundary: deployRole(stage).boundary.policy };
      expect(await denied(calls, (request) => withKey(own, request))).toEqual([]);
      if (stage === 'prod') return;
      const reached = await allowed(calls, may());
      expect(reached.filter((text) => !/^xray:\w+ on \*$/.test(text))).toEqual([]);
    },
    60_000,
  );

  it('permits no role more than the functions need', async () => {
    const [prod, staging] = await Promise.all([compiledSample('prod'), compiledSample('staging')]);
    const traces = callsOfFunctions(staging, 'staging').filter(({ resource }) => resource === '*');
    const { policy } = deployRole('prod', { otherResources: OTHERS }).boundary;
    const calls = [...callsOfFunctions(prod, 'prod'), ...traces, ...callsOfOthers(prod)];
    const actorWith = (other: Policy, request: AwsRequest) => withKey({ ...within(), boundary: other }, request);
    expect(await unused(policy, calls, actorWith)).toEqual([]);
    expect(await unguarded(policy, [...neighbours(calls)], actorWith)).toEqual([]);
    expect(actionsWithStars(policy)).toEqual([]);
  }, 60_000);

  it.each<[string, AwsRequest]>([
    [
      "read another stage's password",
      plain('secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:migration-relay/prod-otc/redis/a-a1B2c3')),
    ],
    [
      "read another stage's credential",
      plain('secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:migration-relay/staging/provider-a1B2c3')),
    ],
    [
      'read a secret of somebody else',
      plain('secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:orders/database-a1B2c3')),
    ],
    ['read a parameter of somebody else', plain('ssm:GetParameter', arn('ssm', 'parameter/orders/database'))],
    ['read a queue of somebody else', plain('sqs:ReceiveMessage', arn('sqs', 'orders.fifo'))],
    ['decrypt with a key without a tag', plain('kms:Decrypt', arn('kms', 'key/99999999-0000'))],
    [
      'read the dead letters of its own stage',
      plain('sqs:ReceiveMessage', arn('sqs', 'migration-relay-prod-dcs-changes-dead.fifo')),
    ],
    ['list the rows of its own ledger', plain('dynamodb:Scan', arn('dynamodb', 'table/migration-relay-prod-ledger'))],
    ['become another role', plain('sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/administrator`)],
    ['make a user', plain('iam:CreateUser', `arn:aws:iam::${ACCOUNT}:user/x`)],
  ])('lets no role %s, whatever its policies say', async (_what, request) => {
    expect(await isAllowed(request, may()(request))).toBe(false);
  });

  it('permits what an administrator names beside it, and nothing like it', async () => {
    const calls = callsOfOthers(await compiledSample('prod'));
    expect(await denied(calls, may(OTHERS))).toEqual([]);
    expect(await allowed(calls, may())).toEqual([]);
    expect(await allowed(underLongerNames(calls), may(OTHERS))).toEqual([]);
    const use = ['PutKeyPolicy', 'CreateGrant', 'ScheduleKeyDeletion', 'Encrypt'];
    const others = use.map((action) => plain(`kms:${action}`, arn('kms', 'key/99999999-0000')));
    expect(await allowed(others, may(OTHERS))).toEqual([]);
  });
});

describe('the trust of the deploy role', () => {
  const PATTERN = new RegExp(`^${DEPLOY_ROLE.Parameters.Subject?.AllowedPattern}$`);
  const mayAssume = (subject: string, token: Record<string, string>) => {
    const { actor, trust } = deployRole('prod', { subject });
    const context = Object.fromEntries(
      Object.entries(token).map(([key, value]) => [`token.actions.githubusercontent.com:${key}`, value]),
    );
    return isAllowed(
      { action: 'sts:AssumeRoleWithWebIdentity', resource: actor.principal, context },
      { principal: PROVIDER, policies: [], resourcePolicy: { Statement: trust } },
    );
  };
  const aud = 'sts.amazonaws.com';

  it.each(['repo:acme/relay', 'repo:acme@1234/relay@5678'])(
    'accepts the environment of the stage in %s',
    async (subject) => {
      expect(subject).toMatch(PATTERN);
      expect(await mayAssume(subject, { aud, sub: `${subject}:environment:prod` })).toBe(true);
    },
  );

  it.each([
    ['another environment', { aud, sub: 'repo:acme/relay:environment:staging' }],
    ['an environment whose name begins alike', { aud, sub: 'repo:acme/relay:environment:prod-otc' }],
    ['a branch', { aud, sub: 'repo:acme/relay:ref:refs/heads/main' }],
    ['another repository', { aud, sub: 'repo:acme/other:environment:prod' }],
    ['a repository of this name with ids', { aud, sub: 'repo:acme@1/relay@2:environment:prod' }],
    ['a token for somebody else', { aud: 'https://github.com/acme', sub: 'repo:acme/relay:environment:prod' }],
    ['a token without a subject', { aud }],
  ])('refuses %s', async (_what, token) => {
    expect(await mayAssume('repo:acme/relay', token as Record<string, string>)).toBe(false);
  });

  it.each(['repo:acme/*', 'repo:*', 'repo:acme/relay:environment:prod', 'acme/relay', '', 'null'])(
    'can not be made for %s',
    (subject) => {
      expect(subject).not.toMatch(PATTERN);
    },
  );
});
