import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROJECT } from '../../local/folders.ts';
import { leftOut, STATE_TEMPLATE, TEMPLATE } from '../../local/template.ts';
import { stageNames } from '../../scripts/stage-parameters.ts';
import { type CompiledTemplate, compiled } from '../support/compiled.ts';

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

describe.each(stageNames())('the template of stage %s', (stage) => {
  let deployed: CompiledTemplate;
  const hasSms = stage !== 'prod-otc';
  const services = hasSms ? ['Dcs', 'Sms'] : ['Dcs'];
  beforeAll(async () => {
    deployed = await compiled(stage);
  }, 60_000);

  it.each([STATE_TEMPLATE, TEMPLATE])("has no errors for AWS's validator: %s", (name) => {
    const file = join(deployed.folder, name);
    const { diagnostics } = validator.validateStandard(new TemplateFile(file), { severityLevel: 'WARN' });
    const found = diagnostics.map(({ severity, ruleId, message }) => `${severity} ${ruleId} ${message}`);
    // W3005 is about a DependsOn that a reference implies. serverless writes such ones.
    expect(found.filter((one) => !one.startsWith('WARN W3005'))).toEqual([]);
  });

  it('sends the state stack with the call, which takes 51,200 bytes at most', async () => {
    const state = JSON.parse(await readFile(join(deployed.folder, STATE_TEMPLATE), 'utf8'));
    expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThan(40_000);
  });

  it('has nothing that the local stack leaves out', () => {
    expect(leftOut(deployed.template)).toEqual([]);
  });

  it('has queues, a function, a role and a log for each service of its cloud', () => {
    const parts = ['Queue', 'DeadLetterQueue', 'Role', 'LogGroup', 'LambdaFunction'];
    const wanted = services.flatMap((service) => parts.map((part) => `${service}Changes${part}`));
    expect(Object.keys(deployed.template.Resources)).toEqual(expect.arrayContaining(wanted));
    expect(deployed.ofType('AWS::Lambda::EventSourceMapping')).toHaveLength(services.length);
  });

  it.runIf(!hasSms)('has no resource for a service that its cloud lacks', () => {
    // The settings that name it remain, but are empty.
    expect(JSON.stringify(deployed.template).replaceAll(/"SMS_\w+"/g, '')).not.toMatch(/sms/i);
  });

  it('names to the webhook the queues that exist', () => {
    const { Environment } = deployed.properties('WebhookLambdaFunction') as { Environment: { Variables: object } };
    expect(Environment.Variables).toMatchObject({
      DCS_QUEUE_URL: { Ref: 'DcsChangesQueue' },
      SMS_QUEUE_URL: { Ref: hasSms ? 'SmsChangesQueue' : 'AWS::NoValue' },
    });
  });

  it('has one route, and throttles it', () => {
    expect(deployed.ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey)).toEqual([
      'POST /changes',
    ]);
    const { DefaultRouteSettings } = deployed.properties('HttpApiStage');
    expect(DefaultRouteSettings).toMatchObject({ ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50 });
  });

  it('traces if the stage says so, with a right that each role has from its beginning', () => {
    const traced = stage === 'staging';
    const modes = deployed.functions().map(({ TracingConfig }) => TracingConfig.Mode);
    expect(new Set(modes)).toEqual(new Set([traced ? 'Active' : 'PassThrough']));
    for (const { Properties } of deployed.ofType('AWS::IAM::Role'))
      expect(JSON.stringify(Properties.Policies).includes('xray:PutTraceSegments')).toBe(traced);
  });

  it('keeps an archive of results if the stage says so', () => {
    const days = deployed.ofType('AWS::Events::Archive').map(({ Properties }) => Properties.RetentionDays);
    expect(days).toEqual(stage.startsWith('prod') ? [30] : []);
  });

  it('keeps the names and keys of what holds data, which an update would otherwise replace', () => {
    const name = `migration-relay-${stage}`;
    const queues = Object.fromEntries(
      deployed
        .ofType('AWS::SQS::Queue')
        .map(({ id, Properties }) => [id, [Properties.QueueName, Properties.FifoQueue]]),
    );
    expect(queues).toEqual({
      DcsChangesQueue: [`${name}-dcs-changes.fifo`, true],
      DcsChangesDeadLetterQueue: [`${name}-dcs-changes-dead.fifo`, true],
      ResultsDeadLetterQueue: [`${name}-results-dead`, undefined],
      ...(hasSms && {
        SmsChangesQueue: [`${name}-sms-changes.fifo`, true],
        SmsChangesDeadLetterQueue: [`${name}-sms-changes-dead.fifo`, true],
      }),
    });
    expect(deployed.properties('Ledger')).toMatchObject({
      TableName: `${name}-ledger`,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    });
    expect(deployed.properties('Results').Name).toBe(`${name}-results`);
  });
});
