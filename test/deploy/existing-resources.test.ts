import { beforeAll, describe, expect, it } from 'vitest';
import { resolve } from '../../local/intrinsics.ts';
import { completeTemplate, type TemplatePart } from '../../scripts/existing-resources.ts';
import { type CompiledTemplate, compiledWith } from '../support/compiled.ts';
import { faultsOf } from '../support/validated.ts';
import { alarmsOf } from '../support/watched-metrics.ts';

const STAGE = {
  region: 'eu-central-1',
  provider: 'huawei-cloud',
  providerRegion: 'ap-southeast-3',
  alarmTarget: 'none',
  archiveDays: 30,
};
const KEY = 'arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const queue = (name: string) => `arn:aws:sqs:eu-central-1:111111111111:${name}.fifo`;
const QUEUES = { dcs: queue('ours'), dcsDeadLetters: queue('ours-dead') };
const BUS = 'arn:aws:events:eu-central-1:111111111111:event-bus/company';
const MADE_BUS = { 'Fn::GetAtt': ['Results', 'Arn'] };

/** The logical ids that a template refers to and does not have. */
function missingIn({ template }: CompiledTemplate): string[] {
  const missing = new Set<string>();
  const note = (id: string) => {
    if (!id.startsWith('AWS::') && !(id in template.Resources)) missing.add(id);
    return id;
  };
  resolve(template.Resources, { ref: note, attribute: note });
  return [...missing];
}

describe.each([
  ['a key', { existingKey: KEY }, ['DataKey', 'DataKeyAlias']],
  ['a bus by its ARN', { existingBus: BUS }, ['Results']],
  ['a bus by its name', { existingBus: 'company' }, ['Results']],
  ['queues of one service', { existingQueues: QUEUES }, Object.keys(QUEUES).map(idOf).flatMap(withPolicy)],
  [
    'all of them',
    {
      ...{ existingKey: KEY, existingBus: BUS },
      existingQueues: { ...QUEUES, sms: queue('servers'), smsDeadLetters: queue('servers-dead') },
    },
    [
      ...['DataKey', 'DataKeyAlias', 'Results'],
      ...['dcs', 'dcsDeadLetters', 'sms', 'smsDeadLetters'].map(idOf).flatMap(withPolicy),
    ],
  ],
])('a stage that has %s already', (_what, named, absent) => {
  let made: CompiledTemplate;
  let view: CompiledTemplate;
  beforeAll(async () => {
    made = await compiledWith(STAGE);
    view = await compiledWith({ ...STAGE, ...named });
  }, 120_000);

  it('makes all but these', () => {
    const ids = Object.keys(made.template.Resources);
    expect(new Set(Object.keys(view.template.Resources))).toEqual(new Set(ids.filter((id) => !absent.includes(id))));
  });

  it('refers to nothing that is not made', () => {
    expect(missingIn(made)).toEqual([]);
    expect(missingIn(view)).toEqual([]);
  });

  it("has no errors for AWS's validator", async () => {
    expect(await faultsOf(view)).toEqual([]);
  });
});

function idOf(name: string): string {
  return `${name.startsWith('dcs') ? 'Dcs' : 'Sms'}Changes${name.endsWith('Letters') ? 'DeadLetter' : ''}Queue`;
}
function withPolicy(id: string): string[] {
  return [id, `${id}Policy`];
}

describe('a stage that has all already', () => {
  let view: CompiledTemplate;
  beforeAll(async () => {
    view = await compiledWith({ ...STAGE, existingKey: KEY, existingBus: BUS, existingQueues: QUEUES });
  }, 60_000);
  const url = `https://sqs.eu-central-1.\${AWS::URLSuffix}/111111111111/ours.fifo`;

  it('encrypts with the named key', () => {
    for (const { Properties } of view.ofType('AWS::Logs::LogGroup')) expect(Properties.KmsKeyId).toBe(KEY);
    expect(view.properties('SmsChangesQueue').KmsMasterKeyId).toBe(KEY);
    expect(view.properties('Ledger').SSESpecification).toMatchObject({ KMSMasterKeyId: KEY });
    const rights = view.rights('WebhookRole').filter(({ Action }) => Action.includes('kms:GenerateDataKey'));
    expect(rights.map(({ Resource }) => Resource)).toEqual([[KEY]]);
  });

  it('receives from the named queue and sends to it', () => {
    const sources = view.ofType('AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties.EventSourceArn);
    expect(sources).toEqual([QUEUES.dcs, { 'Fn::GetAtt': ['SmsChangesQueue', 'Arn'] }]);
    const { Environment } = view.properties('WebhookLambdaFunction') as { Environment: { Variables: object } };
    expect(Environment.Variables).toMatchObject({ DCS_QUEUE_URL: { 'Fn::Sub': url } });
    const resources = view
      .rights('WebhookRole')
      .flatMap(({ Action, Resource }) => (Action[0] === 'sqs:SendMessage' ? Resource : []));
    expect(resources).toContain(QUEUES.dcs);
  });

  it('watches the named queues', () => {
    const watched = (id: string) => JSON.stringify(alarmsOf(view).find((alarm) => alarm.id === id)?.watched);
    expect(watched('DcsOldestMessageAlarm')).toContain('QueueName=ours.fifo');
    expect(watched('DcsDeadLettersAlarm')).toContain('QueueName=ours-dead.fifo');
    const {
      'Fn::Sub': [, parts],
    } = view.properties('Dashboard').DashboardBody as { 'Fn::Sub': [string, Record<string, object>] };
    expect(JSON.stringify(parts?.Queues)).toContain('ours-dead.fifo');
  });

  it('publishes to the named bus, archives it and lets it use the queue for results that it can not deliver', () => {
    const { Environment } = view.properties('DcsChangesLambdaFunction') as { Environment: { Variables: object } };
    expect(Environment.Variables).toMatchObject({ RESULT_BUS: 'company' });
    expect(view.properties('ResultsToLog').EventBusName).toBe('company');
    expect(view.properties('ResultsArchive').SourceArn).toBe(BUS);
    // Names take the place of references where those would lead in a circle.
    expect(JSON.stringify(view.template)).not.toMatch(/(event-bus|rule)\/migration-relay-trial-results\b/);
    expect(JSON.stringify(view.policy('ResultsDeadLetterQueuePolicy'))).toContain(`"aws:SourceArn":["${BUS}"`);
  });
});

it('a made key permits EventBridge to use it for an existing bus', async () => {
  const view = await compiledWith({ ...STAGE, existingBus: BUS });
  const ofBus = view.policy('DataKey').filter(({ Principal }) => JSON.stringify(Principal).includes('events.'));
  expect(JSON.stringify(ofBus.map(({ Condition }) => Condition))).toContain('event-bus/company');
  expect(JSON.stringify(view.template)).not.toMatch(/(event-bus|rule)\/migration-relay-trial-results\b/);
}, 60_000);

describe('a template', () => {
  const completed = (template: TemplatePart, existing = {}) => {
    completeTemplate(template, existing);
    return template;
  };

  it('keeps its references if nothing exists already', () => {
    const template = () => ({
      Resources: {
        A: { DependsOn: 'Results', Properties: { B: MADE_BUS, C: { 'Fn::Sub': `\${Results.Arn} \${!x}` } } },
      },
      Outputs: { Bus: { Value: { Ref: 'Results' } } },
    });
    expect(completed(template())).toEqual({
      ...template(),
      Resources: { A: { ...template().Resources.A, DependsOn: ['Results'] } },
    });
  });

  it('loses references, also in texts with names of their own, and dependencies', () => {
    const text = { 'Fn::Sub': [`\${Results.Arn} \${Results} \${own} \${AWS::Region}`, { own: MADE_BUS }] };
    expect(
      completed(
        {
          Resources: { A: { DependsOn: ['Results', 'B'], Text: text } as object, Results: {} },
          Outputs: { Bus: { Value: { Ref: 'Results' } } },
        },
        { bus: BUS },
      ),
    ).toEqual({
      Resources: {
        A: { DependsOn: ['B'], Text: { 'Fn::Sub': [`${BUS} company \${own} \${AWS::Region}`, { own: BUS }] } },
      },
      Outputs: { Bus: { Value: 'company' } },
    });
  });

  it('can not ask an existing resource for what is not known of it', () => {
    const ask = () =>
      completed({ Resources: { A: { Value: { 'Fn::GetAtt': ['DataKey', 'KeyId'] } } as object } }, { key: KEY });
    expect(ask).toThrow('DataKey.KeyId is not known of an existing resource');
  });

  it('joins lists of statements with the statements beside them', () => {
    const Statement = [{ Sid: 'One' }, [{ Sid: 'Two' }], []];
    expect(completed({ Resources: { A: { Policy: { Statement } } as object } })).toEqual({
      Resources: { A: { Policy: { Statement: [{ Sid: 'One' }, { Sid: 'Two' }] } } },
    });
  });
});
