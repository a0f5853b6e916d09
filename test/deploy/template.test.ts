import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROJECT } from '../../local/folders.ts';
import { leftOut, STATE_TEMPLATE, TEMPLATE } from '../../local/template.ts';
import { type CompiledTemplate, compiled, compiledSample } from '../support/compiled.ts';
import { parametersOf, servicesOf, stagesUnderTest } from '../support/stages.ts';

// One validator for all stages, because reading its rules takes seconds.
let validator: InstanceType<typeof RegoEngine>;
beforeAll(() => {
  validator = new RegoEngine();
}, 60_000);

describe('the template of the deploy role', () => {
  it("has no errors for AWS's validator", () => {
    const { diagnostics } = validator.validateStandard(new TemplateFile(join(PROJECT, 'docs/deploy-role.yml')), {
      severityLevel: 'ERROR',
    });
    expect(diagnostics).toEqual([]);
  });
});

/** Rules about ARNs that are written out, as those in a stage's file are. */
const WRITTEN_OUT = ['WARN W9002', 'WARN W9013', 'WARN W1020'];

describe.each(stagesUnderTest())('the template of stage %s', (stage) => {
  let deployed: CompiledTemplate;
  const set = parametersOf(stage);
  const services = servicesOf(stage);
  const hasSms = services.includes('Sms');
  const { dcs, dcsDeadLetters, sms, smsDeadLetters } = set.existingQueues;
  /** The ARNs of queues that the stage does not make, by the ids that these would have. */
  const existing: Record<string, string | undefined> = {
    ...{ DcsChangesQueue: dcs, DcsChangesDeadLetterQueue: dcsDeadLetters },
    ...{ SmsChangesQueue: sms, SmsChangesDeadLetterQueue: smsDeadLetters },
  };
  beforeAll(async () => {
    deployed = await compiled(stage);
  }, 60_000);

  it.each([STATE_TEMPLATE, TEMPLATE])("has no errors for AWS's validator: %s", (name) => {
    const file = join(deployed.folder, name);
    const { diagnostics } = validator.validateStandard(new TemplateFile(file), { severityLevel: 'WARN' });
    const found = diagnostics.map(({ severity, ruleId, message }) => `${severity} ${ruleId} ${message}`);
    // W3005 is about a DependsOn that a reference implies. serverless writes such ones.
    const meant = ['WARN W3005', ...(JSON.stringify(set).includes('"arn:') ? WRITTEN_OUT : [])];
    expect(found.filter((one) => !meant.some((rule) => one.startsWith(rule)))).toEqual([]);
  });

  it('sends the state stack with the call, which takes 51,200 bytes at most', async () => {
    const state = JSON.parse(await readFile(join(deployed.folder, STATE_TEMPLATE), 'utf8'));
    expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThanOrEqual(51_200);
  });

  it('has nothing that the local stack leaves out', () => {
    expect(leftOut(deployed.template)).toEqual([]);
  });

  it('has queues, a function that is called, a role and a log for each service of its cloud', () => {
    const parts = ['Queue', 'DeadLetterQueue', 'Role', 'LogGroup', 'LambdaFunction'];
    const wanted = services.flatMap((service) => parts.map((part) => `${service}Changes${part}`));
    const ids = Object.keys(deployed.template.Resources);
    expect(ids).toEqual(expect.arrayContaining(wanted.filter((id) => existing[id] === undefined)));
    const mappings = deployed.ofType('AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties.Enabled);
    expect(mappings).toEqual(services.map(() => true));
  });

  it.runIf(!hasSms)('has no resource for a service that its cloud lacks', () => {
    expect(Object.keys(deployed.template.Resources).join(' ')).not.toMatch(/sms/i);
  });

  it('names to the webhook the queues that exist', () => {
    const { Environment } = deployed.properties('WebhookLambdaFunction') as { Environment: { Variables: object } };
    expect(Environment.Variables).toMatchObject({
      DCS_QUEUE_URL: addressOf(existing.DcsChangesQueue) ?? { Ref: 'DcsChangesQueue' },
      SMS_QUEUE_URL: addressOf(existing.SmsChangesQueue) ?? { Ref: hasSms ? 'SmsChangesQueue' : 'AWS::NoValue' },
    });
  });

  it('tells the webhook which concurrency is reserved for it, which a resume restores', () => {
    const webhook = deployed.properties('WebhookLambdaFunction') as {
      Environment: { Variables: object };
      ReservedConcurrentExecutions?: number;
    };
    expect(webhook.Environment.Variables).toHaveProperty(
      'RESERVED_CONCURRENCY',
      String(webhook.ReservedConcurrentExecutions ?? 'none'),
    );
  });

  it('has one route, throttles it, and pays no metrics of its own for it', () => {
    expect(deployed.ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey)).toEqual([
      'POST /changes',
    ]);
    const { DefaultRouteSettings } = deployed.properties('HttpApiStage');
    expect(DefaultRouteSettings).toMatchObject({
      ThrottlingBurstLimit: set.webhookBurst,
      ThrottlingRateLimit: set.webhookRate,
      DetailedMetricsEnabled: false,
    });
  });

  it('traces if the stage says so, with a right that each role has from its beginning', () => {
    const traced = set.tracing;
    const modes = deployed.functions().map(({ TracingConfig }) => TracingConfig.Mode);
    expect(new Set(modes)).toEqual(new Set([traced ? 'Active' : 'PassThrough']));
    for (const { Properties } of deployed.ofType('AWS::IAM::Role'))
      expect(JSON.stringify(Properties.Policies).includes('xray:PutTraceSegments')).toBe(traced);
  });

  it('keeps an archive of results if the stage says so', () => {
    const days = deployed.ofType('AWS::Events::Archive').map(({ Properties }) => Properties.RetentionDays);
    expect(days).toEqual(set.archiveDays > 0 ? [set.archiveDays] : []);
  });

  it('lets queues pass the changes of each task side by side, and live ones also without a deduplication id', () => {
    const fifo = deployed.ofType('AWS::SQS::Queue').filter(({ Properties }) => Properties.FifoQueue === true);
    expect(fifo).toHaveLength(2 * services.length - Object.keys(set.existingQueues).length);
    for (const { id, Properties } of fifo)
      expect(Properties, id).toMatchObject({
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        // A dead letter has the id of its message.
        ...(!id.includes('Dead') && { ContentBasedDeduplication: true }),
      });
  });

  it('keeps the names and keys of what holds data, which an update would otherwise replace', () => {
    const name = `migration-relay-${stage}`;
    const queues = Object.fromEntries(
      deployed
        .ofType('AWS::SQS::Queue')
        .map(({ id, Properties }) => [id, [Properties.QueueName, Properties.FifoQueue]]),
    );
    const all = {
      DcsChangesQueue: [`${name}-dcs-changes.fifo`, true],
      DcsChangesDeadLetterQueue: [`${name}-dcs-changes-dead.fifo`, true],
      ResultsDeadLetterQueue: [`${name}-results-dead`, undefined],
      ...(hasSms && {
        SmsChangesQueue: [`${name}-sms-changes.fifo`, true],
        SmsChangesDeadLetterQueue: [`${name}-sms-changes-dead.fifo`, true],
      }),
    };
    expect(queues).toEqual(Object.fromEntries(Object.entries(all).filter(([id]) => existing[id] === undefined)));
    expect(deployed.properties('Ledger')).toMatchObject({
      TableName: `${name}-ledger`,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    });
    expect(deployed.properties('Results').Name).toBe(set.existingBus ? undefined : `${name}-results`);
  });
});

const addressOf = (arn: string | undefined) =>
  arn && { 'Fn::Sub': expect.stringMatching(new RegExp(`^https://sqs\\..*/${arn.split(':').slice(4).join('/')}$`)) };

describe.each([
  ['dev', false, []],
  ['local', false, []],
  ['prod', false, [30]],
  ['prod-otc', false, [30]],
  ['staging', true, []],
])('the sample %s', (stage, traced, archived) => {
  let deployed: CompiledTemplate;
  beforeAll(async () => {
    deployed = await compiledSample(stage);
  }, 60_000);

  it('has the default throttling, and traces and archives what its file says', () => {
    const { DefaultRouteSettings } = deployed.properties('HttpApiStage');
    expect(DefaultRouteSettings).toMatchObject({ ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50 });
    const modes = deployed.functions().map(({ TracingConfig }) => TracingConfig.Mode);
    expect(new Set(modes)).toEqual(new Set([traced ? 'Active' : 'PassThrough']));
    const days = deployed.ofType('AWS::Events::Archive').map(({ Properties }) => Properties.RetentionDays);
    expect(days).toEqual(archived);
  });

  it('has a state stack that leaves room for what stages add to the 40,000 bytes of a plain one', async () => {
    const state = JSON.parse(await readFile(join(deployed.folder, STATE_TEMPLATE), 'utf8'));
    expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThan(40_000);
  });

  it.runIf(stage === 'prod-otc')('has nothing that is about a service that its cloud lacks', () => {
    // The settings that name it remain, but are empty.
    expect(JSON.stringify(deployed.template).replaceAll(/"SMS_\w+"/g, '')).not.toMatch(/sms/i);
  });
});
