import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROJECT } from '../../local/folders.ts';
import { stageNames } from '../../scripts/stage-parameters.ts';
import { type CompiledTemplate, compiled } from '../support/compiled.ts';

describe.each(stageNames())('the protection of stage %s', (stage) => {
  let deployed: CompiledTemplate;
  beforeAll(async () => {
    deployed = await compiled(stage);
  }, 60_000);
  const key = { 'Fn::GetAtt': ['DataKey', 'Arn'] };
  const queues = () => deployed.ofType('AWS::SQS::Queue').map(({ id }) => id);
  const changeQueues = () => queues().filter((id) => /Changes/.test(id));

  it('encrypts queues, ledger, bus, archive, logs and environments with its own key, which rotates', () => {
    for (const id of changeQueues()) expect(deployed.properties(id).KmsMasterKeyId).toEqual(key);
    expect(deployed.properties('ResultsDeadLetterQueue').SqsManagedSseEnabled).toBe(true);
    expect(deployed.properties('Ledger').SSESpecification).toEqual({
      SSEEnabled: true,
      SSEType: 'KMS',
      KMSMasterKeyId: key,
    });
    expect(deployed.properties('Results').KmsKeyIdentifier).toEqual(key);
    for (const { Properties } of deployed.ofType('AWS::Events::Archive'))
      expect(Properties.KmsKeyIdentifier).toEqual(key);
    for (const { Properties } of deployed.ofType('AWS::Logs::LogGroup')) expect(Properties.KmsKeyId).toEqual(key);
    for (const { KmsKeyArn } of deployed.functions()) expect(KmsKeyArn).toEqual(key);
    expect(deployed.properties('DataKey').EnableKeyRotation).toBe(true);
  });

  it('refuses calls without TLS at every queue, and messages of other senders than the named ones', () => {
    for (const id of queues()) {
      const tls = deployed.policy(`${id}Policy`).find(({ Sid }) => Sid === 'OnlyOverTls');
      expect(tls).toMatchObject({
        Effect: 'Deny',
        Principal: '*',
        Action: ['sqs:*'],
        Resource: [{ 'Fn::GetAtt': [id, 'Arn'] }],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
    }
    for (const id of changeQueues().filter((one) => !/Dead/.test(one))) {
      const senders = deployed.policy(`${id}Policy`).find(({ Sid }) => Sid === 'OnlyNamedSenders');
      expect(senders).toMatchObject({ Effect: 'Deny', Principal: '*', Action: ['sqs:SendMessage'] });
      // The queues are made before the role, so its ARN is built from its name.
      expect(deployed.properties('WebhookRole')).toMatchObject({
        Path: `/migration-relay/${stage}/`,
        RoleName: `migration-relay-${stage}-webhook`,
      });
      const webhook = `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/migration-relay/${stage}/migration-relay-${stage}-webhook`;
      expect(senders?.Condition).toEqual({
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
        ArnNotLike: { 'aws:PrincipalArn': [{ 'Fn::Sub': webhook }] },
      });
      const services = deployed.policy(`${id}Policy`).find(({ Sid }) => Sid === 'OnlyNamedServices');
      expect(services).toMatchObject({ Effect: 'Deny', Principal: '*', Action: ['sqs:SendMessage'] });
      const schedules = `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/migration-relay-${stage}-heartbeat-`;
      expect(services?.Condition).toEqual({
        Bool: { 'aws:PrincipalIsAWSService': 'true' },
        ArnNotLike: { 'aws:SourceArn': [{ 'Fn::Sub': `${schedules}*` }] },
      });
      const allowed = deployed.policy(`${id}Policy`).filter(({ Effect }) => Effect === 'Allow');
      expect(allowed.map(({ Principal, Condition }) => ({ Principal, Condition }))).toEqual([
        {
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { ArnEquals: { 'aws:SourceArn': [{ 'Fn::Sub': `${schedules}${id.slice(0, 3).toLowerCase()}` }] } },
        },
      ]);
    }
  });

  it('lets only its own queue send to a dead-letter queue', () => {
    for (const id of changeQueues().filter((one) => /Dead/.test(one))) {
      const { RedriveAllowPolicy, QueueName, MessageRetentionPeriod } = deployed.properties(id);
      const source = String(QueueName).replace('-dead.fifo', '.fifo');
      expect(RedriveAllowPolicy).toMatchObject({ redrivePermission: 'byQueue' });
      expect(JSON.stringify(RedriveAllowPolicy)).toContain(`:${source}"`);
      expect(MessageRetentionPeriod).toBe(1_209_600);
    }
  });

  it('keeps and protects what holds data', () => {
    expect(deployed.properties('Ledger')).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
    expect(deployed.properties('Ledger')).not.toHaveProperty('StreamSpecification');
    for (const id of [...queues(), 'Ledger', 'Results', 'DataKey', 'ResultsLogGroup'])
      expect(deployed.template.Resources[id]).toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
  });

  it('fixes runtime, memory, time-out and concurrency, and allows no loop and no layer of others', () => {
    for (const it of deployed.functions()) {
      expect(it).toMatchObject({ Runtime: 'nodejs24.x', MemorySize: 512, RecursiveLoop: 'Terminate' });
      expect(it.Timeout).toBeLessThanOrEqual(30);
      expect(it.ReservedConcurrentExecutions).toBeGreaterThanOrEqual(2);
      expect(it.Layers).toBeUndefined();
    }
  });

  it('has no value of a secret, and no setting that would log secrets or weaken a check, in any environment', () => {
    for (const [name, value] of deployed
      .functions()
      .flatMap(({ Environment }) => Object.entries(Environment.Variables))) {
      expect(name).not.toMatch(/^(NODE_|DEBUG|POWERTOOLS_(DEV|LOGGER_LOG_EVENT|METRICS_DISABLED))/);
      if (/SECRETS|CREDENTIALS|KEYS/.test(name)) expect(value).toMatch(new RegExp(`^migration-relay/${stage}/[a-z]+$`));
    }
    const allowed = deployed.functions().map(({ Environment }) => Environment.Variables.ALLOW_INLINE_PASSWORDS);
    expect(new Set(allowed)).toEqual(new Set([String(stage === 'local')]));
    expect(JSON.stringify(deployed.template)).not.toContain('{{resolve:');
  });

  it('logs calls to the webhook without header or body, and expires logs', () => {
    const { Format } = deployed.properties('HttpApiStage').AccessLogSettings as { Format: string };
    expect(Object.keys(JSON.parse(Format))).toContain('status');
    expect(Format).not.toMatch(/body|header|authorizer|\.input/i);
    for (const { Properties } of deployed.ofType('AWS::Logs::LogGroup'))
      expect(Properties.RetentionInDays).toBeGreaterThanOrEqual(1);
  });

  it('keeps a result that the bus or its rule could not handle, and nothing of anybody else', () => {
    const queue = { 'Fn::GetAtt': ['ResultsDeadLetterQueue', 'Arn'] };
    expect(deployed.properties('Results').DeadLetterConfig).toEqual({ Arn: queue });
    expect(deployed.properties('ResultsToLog').Targets).toMatchObject([{ DeadLetterConfig: { Arn: queue } }]);
    const park = deployed.policy('ResultsDeadLetterQueuePolicy').find(({ Effect }) => Effect === 'Allow');
    const name = `migration-relay-${stage}-results`;
    const rules = `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule`;
    expect(park?.Condition?.ArnEquals?.['aws:SourceArn']).toEqual([
      { 'Fn::GetAtt': ['Results', 'Arn'] },
      { 'Fn::Sub': `${rules}/${name}/${name}-to-log` },
    ]);
  });

  it('never sends results back to where changes come from', () => {
    const rules = deployed.ofType('AWS::Events::Rule');
    const ofEvents = rules.filter(({ Properties }) => 'EventPattern' in Properties || 'EventBusName' in Properties);
    expect(ofEvents.map(({ id }) => id)).toEqual(['ResultsToLog']);
    expect(JSON.stringify(ofEvents[0]?.Properties.Targets)).toMatch(
      /^\[\{"Id":"results-log","Arn":\{"Fn::Sub":"arn:[^"]*:log-group:/,
    );
  });

  it('sends by a schedule nothing but a constant heartbeat of the service', () => {
    const rules = deployed.ofType('AWS::Events::Rule').filter(({ id }) => id !== 'ResultsToLog');
    expect(rules.map(({ id }) => id).sort()).toEqual(changeQueues().flatMap(heartbeatOf).sort());
    for (const { id, Properties } of rules) {
      const { Targets, ...rest } = Properties;
      expect(Object.keys(rest).sort()).toEqual(['Description', 'Name', 'ScheduleExpression']);
      const [target = {}, ...more] = Targets as { Arn?: object; Input?: string; SqsParameters?: object }[];
      expect(more).toEqual([]);
      expect(target).toMatchObject({
        Arn: { 'Fn::GetAtt': [id.replace('Heartbeat', 'ChangesQueue'), 'Arn'] },
        SqsParameters: { MessageGroupId: 'heartbeat' },
      });
      expect(JSON.parse(target.Input ?? '')).toEqual({
        ...{ specversion: '1.0', id: id.slice(0, 3).toLowerCase() },
        ...{ source: `migration-relay.${stage}.heartbeat`, type: 'migration.relay.heartbeat' },
      });
    }
  });

  it('gives a result up that its log does not take within the hour that the runbook names, and keeps it', async () => {
    const targets = deployed.properties('ResultsToLog').Targets;
    expect(targets).toMatchObject([
      {
        RetryPolicy: { MaximumEventAgeInSeconds: 3600 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['ResultsDeadLetterQueue', 'Arn'] } },
      },
    ]);
    const runbook = await readFile(join(PROJECT, 'docs/runbook.md'), 'utf8');
    expect(runbook).toMatch(/`ResultsLogFailures` \| 1 \| .*after an hour if it does not answer/);
  });
});

describe('what is installed and deployed', () => {
  it('comes from a lock file, runs no script at installation and refuses a vulnerable dependency', async () => {
    const [npmrc, manifest] = await Promise.all(
      ['.npmrc', 'package.json'].map((file) => readFile(PROJECT + file, 'utf8')),
    );
    expect(npmrc).toContain('ignore-scripts=true');
    const { dependencies, devDependencies } = JSON.parse(manifest ?? '') as Record<string, Record<string, string>>;
    for (const version of Object.values({ ...dependencies, ...devDependencies }))
      expect(version).toMatch(/^(npm:\w+@)?\d/);
    const major = (name: string) => Number(dependencies?.[name]?.split('.')[0]);
    expect(major('undici')).toBeGreaterThanOrEqual(8);
    expect(major('zod')).toBeGreaterThanOrEqual(4);
  });
});

/** The schedule of a queue of changes. */
const heartbeatOf = (queue: string) => (/Dead/.test(queue) ? [] : [queue.replace('ChangesQueue', 'Heartbeat')]);
