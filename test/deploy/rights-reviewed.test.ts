import { beforeAll, describe, expect, it } from 'vitest';
import { type CompiledTemplate, compiled, compiledSample, type Statement } from '../support/compiled.ts';
import { parametersOf, stagesUnderTest } from '../support/stages.ts';

/** Rights to all resources, each with the reason why it can't be limited. */
const UNBOUNDED = new Map([
  ['SendTraces', 'X-Ray has no resources'],
  ['MakeNetworkInterfaces', 'Lambda makes them in the name of the role'],
  ['OnlyLambdaItself', 'it denies'],
]);

const FORBIDDEN = /^(iam|sts|kms:(Create|Put|Schedule|Disable))|InvokeFunction|dynamodb:(Delete|Scan|Query|Batch)|\*/;

describe.each(stagesUnderTest())('the rights of stage %s', (stage) => {
  let deployed: CompiledTemplate;
  beforeAll(async () => {
    deployed = await compiled(stage);
  }, 60_000);
  const set = parametersOf(stage);
  const roles = () => rolesOf(deployed);

  it('has one role per function, and no other', () => {
    const used = deployed.functions().map(({ Role }) => Role['Fn::GetAtt'][0]);
    expect(new Set(used).size).toBe(used.length);
    expect(used.sort()).toEqual(roles().sort());
  });

  it('lets only Lambda assume a role, and sets a boundary if the stage says so', () => {
    for (const { Properties } of deployed.ofType('AWS::IAM::Role')) {
      expect(JSON.stringify(Properties.AssumeRolePolicyDocument)).toContain('{"Service":"lambda.amazonaws.com"}');
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
      expect(Properties.PermissionsBoundary).toEqual(set.permissionsBoundary ?? { Ref: 'AWS::NoValue' });
    }
  });

  it('has roles and policies with fixed names below the path of the stage, and attaches no policy', () => {
    const name = `migration-relay-${stage}`;
    const services = set.sms === 'sms' ? ['dcs-changes', 'sms-changes'] : ['dcs-changes'];
    const parts = deployed.ofType('AWS::IAM::Role').map(({ Properties }) => [Properties.Path, Properties.RoleName]);
    expect(parts.sort()).toEqual(
      [...services, 'webhook'].map((part) => [`/migration-relay/${stage}/`, `${name}-${part}`]),
    );
    for (const { Properties } of deployed.ofType('AWS::IAM::ManagedPolicy')) {
      expect(Properties).toMatchObject({ Path: `/migration-relay/${stage}/` });
      expect(Properties.ManagedPolicyName).toMatch(
        new RegExp(`^${name}-(producer|consumer|operator|maintainer|restorer)$`),
      );
      expect(Object.keys(Properties).filter((key) => /^(Roles|Users|Groups)$/.test(key))).toEqual([]);
    }
  });

  it('gives no role all actions, all resources, or a right that no function needs', () => {
    for (const statement of roles().flatMap((role) => deployed.rights(role))) {
      expect(statement.Action.filter((action) => FORBIDDEN.test(action))).toEqual([]);
      if (statement.Resource.includes('*')) expect(UNBOUNDED.has(String(statement.Sid))).toBe(true);
    }
  });

  it.skipIf(set.existingKey)(
    "limits the key's policy to services, named callers and their sources, except for the account itself",
    () => {
      const context = 'kms:EncryptionContext:aws';
      const reviewed = deployed
        .policy('DataKey')
        .map(({ Sid, Action, Condition = {} }) => [
          Sid,
          Action.join(' '),
          Object.values(Condition).flatMap(Object.keys),
        ]);
      // Stars as AWS's pages on the keys of logs and archives write them. A description tells no data.
      expect(reviewed).toEqual([
        ['AccountDecides', 'kms:*', []],
        [
          'LogsKeepLines',
          'kms:Encrypt kms:Decrypt kms:ReEncrypt* kms:GenerateDataKey* kms:DescribeKey',
          [`${context}:logs:arn`],
        ],
        ['EventBridgeFindsTheKey', 'kms:DescribeKey', []],
        [
          'BusAndArchiveKeepResults',
          'kms:GenerateDataKey kms:Decrypt kms:ReEncrypt*',
          [`${context}:events:event-bus:arn`],
        ],
        ...namedCallers(set),
      ]);
      expect(JSON.stringify(deployed.policy('DataKey')[0]?.Principal)).toMatch(/:root/);
    },
  );

  it('lets the webhook write its log, read its secrets and fill queues, and nothing else', () => {
    const actions = deployed
      .rights('WebhookRole')
      .flatMap(({ Action }) => Action.filter((one) => !/^(xray|ec2):/.test(one)));
    expect(new Set(actions)).toEqual(
      new Set([
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'sqs:SendMessage',
        'secretsmanager:GetSecretValue',
        'kms:GenerateDataKey',
        'kms:Decrypt',
      ]),
    );
  });

  it('lets functions use the key only through the services that they call, and publish only under their own name or as heartbeats', () => {
    const of = (prefix: string) => (statement: Statement) => statement.Action.some((one) => one.startsWith(prefix));
    const statements = roles().flatMap((role) => deployed.rights(role));
    for (const { Condition } of statements.filter(of('kms:')))
      expect(Condition?.StringEquals).toHaveProperty('kms:ViaService');
    for (const { Condition } of statements.filter(of('events:')))
      expect(Condition).toEqual({
        'ForAllValues:StringEquals': {
          'events:source': [`migration-relay.${stage}`, `migration-relay.${stage}.heartbeat`],
        },
        Null: { 'events:source': 'false' },
      });
  });
});

const rolesOf = (view: CompiledTemplate) => view.ofType('AWS::IAM::Role').map(({ id }) => id);

/** The statements of a key's policy for those whom the stage's file names. */
function namedCallers(set: ReturnType<typeof parametersOf>) {
  const encrypt = 'kms:GenerateDataKey kms:Decrypt';
  const named = [...set.senders, ...set.senderAccounts];
  const all: [lists: string[], statement: [sid: string, actions: string, conditions: string[]]][] = [
    [named, ['SendersElsewhereEncrypt', encrypt, ['kms:ViaService', 'aws:PrincipalArn']]],
    [
      ['the schedules of heartbeats', ...set.senderRules],
      ['RulesEncrypt', encrypt, ['aws:SourceAccount']],
    ],
    [set.senderTopics, ['TopicsEncrypt', encrypt, ['aws:SourceArn']]],
    [set.consumerAccounts, ['ConsumersElsewhere', 'kms:Decrypt', ['kms:ViaService']]],
  ];
  return all.flatMap(([callers, statement]) => (callers.length > 0 ? [statement] : []));
}

describe.each(['dev', 'local', 'prod', 'prod-otc', 'staging'])('the sample %s', (stage) => {
  it('has rights as they were reviewed', async () => {
    const deployed = await compiledSample(stage);
    const reviewed = Object.fromEntries(rolesOf(deployed).map((role) => [role, deployed.rights(role)]));
    const text = JSON.stringify(reviewed, null, 2).replaceAll(`migration-relay/${stage}/`, 'migration-relay/STAGE/');
    const file = stage === 'staging' ? 'rights-traced' : stage === 'prod-otc' ? 'rights-without-sms' : 'rights';
    const stageless = `${text.replaceAll(`migration-relay.${stage}`, 'migration-relay.STAGE')}\n`;
    await expect(stageless).toMatchFileSnapshot(`../fixtures/deploy/${file}.json`);
  }, 60_000);
});
