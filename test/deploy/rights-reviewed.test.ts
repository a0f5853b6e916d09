import { beforeAll, describe, expect, it } from 'vitest';
import { stageNames } from '../../scripts/stage-parameters.ts';
import { type CompiledTemplate, compiled, type Statement } from '../support/compiled.ts';

/** Rights to all resources, each with the reason why it can't be limited. */
const UNBOUNDED = new Map([
  ['TracingPolicy SendTraces', 'X-Ray has no resources'],
  ['DataKey AccountDecides', "in a key's policy, * is the key itself; without this nobody could administer it"],
  ['DataKey LogsKeepLines', "in a key's policy, * is the key itself; the encryption context bounds it"],
  ['DataKey BusKeepsResults', "in a key's policy, * is the key itself; the source bounds it"],
]);

const FORBIDDEN = /^(iam|sts|kms:(Create|Put|Schedule|Disable))|InvokeFunction|dynamodb:(Delete|Scan|Query|Batch)|\*/;

describe.each(stageNames())('the rights of stage %s', (stage) => {
  let deployed: CompiledTemplate;
  beforeAll(async () => {
    deployed = await compiled(stage);
  }, 60_000);
  const roles = () => deployed.ofType('AWS::IAM::Role').map(({ id }) => id);

  it('has one role per function, and no other', () => {
    const used = deployed.functions().map(({ Role }) => Role['Fn::GetAtt'][0]);
    expect(new Set(used).size).toBe(used.length);
    expect(used.sort()).toEqual(roles().sort());
  });

  it('lets only Lambda assume a role, and sets a boundary if the stage says so', () => {
    for (const { Properties } of deployed.ofType('AWS::IAM::Role')) {
      expect(JSON.stringify(Properties.AssumeRolePolicyDocument)).toContain('{"Service":"lambda.amazonaws.com"}');
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
      expect(Properties.PermissionsBoundary).toEqual({ Ref: 'AWS::NoValue' });
    }
  });

  it('gives no role all actions, all resources, or a right that no function needs', () => {
    for (const statement of roles().flatMap((role) => deployed.rights(role))) {
      expect(statement.Action.filter((action) => FORBIDDEN.test(action))).toEqual([]);
      if (statement.Resource.includes('*')) expect(UNBOUNDED.has(`TracingPolicy ${statement.Sid}`)).toBe(true);
    }
  });

  it("limits the key's policy to services and their sources, except for the account itself", () => {
    for (const { Sid, Action, Condition, Principal } of deployed.policy('DataKey')) {
      expect(UNBOUNDED.has(`DataKey ${Sid}`)).toBe(true);
      if (Sid === 'AccountDecides') expect(JSON.stringify(Principal)).toMatch(/:root/);
      else {
        expect(Action.join()).not.toContain('*');
        expect(Condition).not.toEqual({});
        expect(Condition).toBeDefined();
      }
    }
  });

  it('lets the webhook write its log, read its secrets and fill queues, and nothing else', () => {
    const actions = deployed
      .rights('WebhookRole')
      .flatMap(({ Action }) => Action.filter((one) => !one.startsWith('xray:')));
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

  it('lets functions use the key only through the services that they call, and publish only under their own name', () => {
    const of = (prefix: string) => (statement: Statement) => statement.Action.some((one) => one.startsWith(prefix));
    const statements = roles().flatMap((role) => deployed.rights(role));
    for (const { Condition } of statements.filter(of('kms:')))
      expect(Condition?.StringEquals).toHaveProperty('kms:ViaService');
    for (const { Condition } of statements.filter(of('events:')))
      expect(Condition).toEqual({ StringEquals: { 'events:source': `migration-relay.${stage}` } });
  });

  it('has rights as they were reviewed', async () => {
    const reviewed = Object.fromEntries(roles().map((role) => [role, deployed.rights(role)]));
    const text = JSON.stringify(reviewed, null, 2).replaceAll(`migration-relay/${stage}/`, 'migration-relay/STAGE/');
    const file = stage === 'staging' ? 'rights-traced' : stage === 'prod-otc' ? 'rights-without-sms' : 'rights';
    const stageless = `${text.replaceAll(`migration-relay.${stage}`, 'migration-relay.STAGE')}\n`;
    await expect(stageless).toMatchFileSnapshot(`../fixtures/deploy/${file}.json`);
  });
});
