import { beforeAll, describe, expect, it } from 'vitest';
import { preparePackage } from '../../local/prepare.ts';
import { leftOut, localNames, pick, readTemplate, type Template } from '../../local/template.ts';

type Statement = { Sid: string; Action: string | string[]; Resource: unknown };
const MAX_ATTEMPTS = 10;

describe.each(['local', 'prod'])('the template of stage %s', (stage) => {
  let template: Template;
  const names = () => localNames(template, 'eu-central-1', 'http://127.0.0.1:9');
  const functions = () => [...pick(template, 'AWS::Lambda::Function', names()).values()];
  const ofType = (type: string) => Object.values(template.Resources).filter(({ Type }) => Type === type);
  const text = (value: unknown) => JSON.stringify(value);
  beforeAll(async () => {
    template = await readTemplate(await preparePackage(stage));
  }, 60_000);

  it('has nothing that the local stack leaves out', () => {
    expect(leftOut(template)).toEqual([]);
  });

  it('feeds each queue to a function that reports its failures, with a visibility of six time-outs', () => {
    const mappings = [...pick(template, 'AWS::Lambda::EventSourceMapping', names()).values()];
    expect(mappings).toHaveLength(2);
    for (const mapping of mappings) {
      expect(mapping).toMatchObject({ BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] });
      expect(mapping.ScalingConfig?.MaximumConcurrency).toBeGreaterThanOrEqual(2);
    }
    for (const { VisibilityTimeout, RedrivePolicy, ...queue } of pick(template, 'AWS::SQS::Queue', names()).values()) {
      expect(queue).toMatchObject({ FifoQueue: true, DeduplicationScope: 'messageGroup' });
      if (RedrivePolicy === undefined) continue;
      expect(VisibilityTimeout).toBe(6 * 30);
      expect(RedrivePolicy).toMatchObject({ maxReceiveCount: 2 * 10 * MAX_ATTEMPTS });
    }
    expect(
      functions()
        .map(({ Timeout }) => Timeout)
        .sort(),
    ).toEqual([29, 30, 30]);
  });

  it('keeps parked messages longer than queued ones, and lets only their own queue park', () => {
    const queues = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::SQS::Queue');
    const parked = queues.filter(({ Properties }) => Properties.RedriveAllowPolicy);
    expect(queues.length - parked.length).toBe(2);
    expect(parked.map(({ Properties }) => Properties.MessageRetentionPeriod)).toEqual([1_209_600, 1_209_600]);
    expect(text(parked)).toContain('"redrivePermission":"byQueue"');
  });

  it('gives the functions the same attempts as the queues are made for', () => {
    const attempts = functions().map(({ Environment }) => Environment.Variables.MAX_ATTEMPTS);
    expect(attempts.filter(Boolean)).toEqual([String(MAX_ATTEMPTS), String(MAX_ATTEMPTS)]);
  });

  it('accepts passwords in a change on the local stage only', () => {
    const allowed = functions().map(({ Environment }) => Environment.Variables.ALLOW_INLINE_PASSWORDS);
    expect(new Set(allowed)).toEqual(new Set([String(stage === 'local')]));
  });

  it('has no value of a secret and no switch that would log or weaken, in any environment', () => {
    const variables = functions().flatMap(({ Environment }) => Object.entries(Environment.Variables));
    for (const [name, value] of variables) {
      expect(name).not.toMatch(/^(NODE_|DEBUG|POWERTOOLS_(DEV|LOGGER_LOG_EVENT))/);
      if (/SECRETS|CREDENTIALS|KEYS/.test(name)) expect(value).toMatch(new RegExp(`^migration-relay/${stage}/[a-z]+$`));
    }
  });

  it('keeps and protects what remembers', () => {
    const [ledger] = ofType('AWS::DynamoDB::Table');
    expect(ledger?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
    const kept = [...ofType('AWS::SQS::Queue'), ...ofType('AWS::DynamoDB::Table')];
    expect(kept.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(Array(5).fill('Retain'));
  });

  it('has a role for every function, and no right to everything of anything', () => {
    expect(new Set(ofType('AWS::Lambda::Function').map(({ Properties }) => text(Properties.Role))).size).toBe(3);
    const roles = ofType('AWS::IAM::Role');
    expect(roles).toHaveLength(3);
    const statements = roles.flatMap(({ Properties }) =>
      (Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
        ({ PolicyDocument }) => PolicyDocument.Statement,
      ),
    );
    for (const { Action, Resource } of statements) {
      expect(
        [Action].flat().filter((action) => /\*|^iam:|^sts:|InvokeFunction|Delete(Item|Table)|Scan|Query/.test(action)),
      ).toEqual([]);
      expect(Resource).not.toBe('*');
    }
  });

  it('lets the webhook send and nothing else', () => {
    const webhook = template.Resources.WebhookRole?.Properties;
    const actions = [...text(webhook).matchAll(/"((?:sqs|dynamodb|events|secretsmanager|ssm|logs):\w+)"/g)].map(
      ([, action]) => action,
    );
    expect(new Set(actions)).toEqual(
      new Set([
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'sqs:SendMessage',
        'secretsmanager:GetSecretValue',
        'ssm:GetParameter',
      ]),
    );
  });
});
