import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROJECT } from '../../local/folders.ts';
import { type CompiledTemplate, compiled } from '../support/compiled.ts';
import { parametersOf, servicesOf, stagesUnderTest } from '../support/stages.ts';

describe.each(stagesUnderTest())('the protection of stage %s', (stage) => {
  let deployed: CompiledTemplate;
  beforeAll(async () => {
    deployed = await compiled(stage);
  }, 60_000);
  const set = parametersOf(stage);
  const key = set.existingKey ?? { 'Fn::GetAtt': ['DataKey', 'Arn'] };
  const made = { Results: set.existingBus ? [] : ['Results'], DataKey: set.existingKey ? [] : ['DataKey'] };
  const each = (type: string, property: string) => deployed.ofType(type).map(({ Properties }) => Properties[property]);
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
    expect(each('AWS::Events::EventBus', 'KmsKeyIdentifier')).toEqual(made.Results.map(() => key));
    for (const { Properties } of deployed.ofType('AWS::Events::Archive'))
      expect(Properties.KmsKeyIdentifier).toEqual(key);
    for (const { Properties } of deployed.ofType('AWS::Logs::LogGroup')) expect(Properties.KmsKeyId).toEqual(key);
    for (const { KmsKeyArn } of deployed.functions()) expect(KmsKeyArn).toEqual(key);
    expect(each('AWS::KMS::Key', 'EnableKeyRotation')).toEqual(made.DataKey.map(() => true));
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
    const accounts = set.senderAccounts.map((account) => `arn:aws:iam::${account}:*`);
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
        ArnNotLike: { 'aws:PrincipalArn': [{ 'Fn::Sub': webhook }, ...set.senders, ...accounts] },
      });
      const services = deployed.policy(`${id}Policy`).find(({ Sid }) => Sid === 'OnlyNamedServices');
      expect(services).toMatchObject({ Effect: 'Deny', Principal: '*', Action: ['sqs:SendMessage'] });
      const schedules = `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/migration-relay-${stage}-heartbeat-`;
      expect(services?.Condition).toEqual({
        Bool: { 'aws:PrincipalIsAWSService': 'true' },
        ArnNotLike: { 'aws:SourceArn': [{ 'Fn::Sub': `${schedules}*` }, ...set.senderRules, ...set.senderTopics] },
      });
      const allowed = deployed.policy(`${id}Policy`).filter(({ Effect }) => Effect === 'Allow');
      const schedule = `${schedules}${id.slice(0, 3).toLowerCase()}`;
      expect(allowed.map(({ Principal, Condition }) => ({ Principal, Condition }))).toEqual(
        allowedBy(set, [...set.senders, ...accounts], schedule),
      );
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
    for (const id of [...queues(), 'Ledger', ...made.Results, ...made.DataKey, 'ResultsLogGroup'])
      expect(deployed.template.Resources[id]).toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
  });

  it('fixes runtime, memory, time-out and concurrency, and allows no loop and no layer of others', () => {
    for (const it of deployed.functions()) {
      expect(it).toMatchObject({ Runtime: 'nodejs24.x', MemorySize: 512, RecursiveLoop: 'Terminate' });
      expect(it.Timeout).toBeLessThanOrEqual(30);
      const reserved = it.id === 'WebhookLambdaFunction' ? set.reservedForWebhook : set.reservedForQueue;
      expect(it.ReservedConcurrentExecutions).toBe(set.reserveConcurrency ? reserved : undefined);
      expect(it.Layers).toBeUndefined();
    }
  });

  it('has no value of a secret, and no setting that would log secrets or weaken a check, in any environment', () => {
    const secrets: Record<string, string> = {
      ...{ PROVIDER_CREDENTIALS: set.providerCredentials, FINGERPRINT_KEYS: set.fingerprintKeys },
      ...{ WEBHOOK_SECRETS: set.webhookSecrets },
    };
    for (const [name, value] of deployed
      .functions()
      .flatMap(({ Environment }) => Object.entries(Environment.Variables))) {
      expect(name).not.toMatch(/^(NODE_|DEBUG|POWERTOOLS_(DEV|LOGGER_LOG_EVENT|METRICS_DISABLED))/);
      if (/SECRETS|CREDENTIALS|KEYS/.test(name)) expect({ [name]: value }).toEqual({ [name]: secrets[name] });
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
    expect(each('AWS::Events::EventBus', 'DeadLetterConfig')).toEqual(made.Results.map(() => ({ Arn: queue })));
    expect(deployed.properties('ResultsToLog').Targets).toMatchObject([{ DeadLetterConfig: { Arn: queue } }]);
    const park = deployed.policy('ResultsDeadLetterQueuePolicy').find(({ Effect }) => Effect === 'Allow');
    const name = `migration-relay-${stage}-results`;
    const rules = `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule`;
    expect(park?.Condition?.ArnEquals?.['aws:SourceArn']).toEqual([
      arnOfBus(set.existingBus),
      { 'Fn::Sub': `${rules}/${set.existingBus?.split('event-bus/').at(-1) ?? name}/${name}-to-log` },
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
    const existing: Record<string, string | undefined> = {
      ...{ DcsHeartbeat: set.existingQueues.dcs, SmsHeartbeat: set.existingQueues.sms },
    };
    const rules = deployed.ofType('AWS::Events::Rule').filter(({ id }) => id !== 'ResultsToLog');
    expect(rules.map(({ id }) => id).sort()).toEqual(servicesOf(stage).map((service) => `${service}Heartbeat`));
    for (const { id, Properties } of rules) {
      const { Targets, ...rest } = Properties;
      expect(Object.keys(rest).sort()).toEqual(['Description', 'Name', 'ScheduleExpression']);
      const [target = {}, ...more] = Targets as { Arn?: object; Input?: string; SqsParameters?: object }[];
      expect(more).toEqual([]);
      expect(target).toMatchObject({
        Arn: existing[id] ?? { 'Fn::GetAtt': [id.replace('Heartbeat', 'ChangesQueue'), 'Arn'] },
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

function arnOfBus(existing: string | undefined) {
  if (existing === undefined) return { 'Fn::GetAtt': ['Results', 'Arn'] };
  const arn = `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:event-bus/${existing}`;
  return existing.startsWith('arn:') ? existing : { 'Fn::Sub': arn };
}

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

/** Who may send to a queue: its schedule, and whom the stage's file names. */
function allowedBy(set: ReturnType<typeof parametersOf>, named: string[], schedule: string) {
  const accounts = [...new Set(named.map((arn) => arn.split(':')[4]))].sort();
  const services = (name: string, sources: unknown[]) => ({
    Principal: { Service: `${name}.amazonaws.com` },
    Condition: { ArnEquals: { 'aws:SourceArn': sources } },
  });
  return [
    ...(named.length > 0
      ? [{ Principal: { AWS: accounts }, Condition: { ArnLike: { 'aws:PrincipalArn': named } } }]
      : []),
    services('events', [{ 'Fn::Sub': schedule }, ...set.senderRules]),
    ...(set.senderTopics.length > 0 ? [services('sns', set.senderTopics)] : []),
  ];
}
