import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROJECT } from '../../local/folders.ts';
import { resolve } from '../../local/intrinsics.ts';
import { METRICS } from '../../src/lib/observability/metrics.ts';
import { type CompiledTemplate, compiled, compiledWith } from '../support/compiled.ts';
import { deployedNames } from '../support/deployed-names.ts';
import { parametersOf, servicesOf, stagesUnderTest } from '../support/stages.ts';
import { faultsOf } from '../support/validated.ts';
import { alarmsOf, COUNTED_BY_AWS, shownIn, widgetsOf } from '../support/watched-metrics.ts';

/** What a stage with few alarms has of each kind of loss: the left column of the table on the page about deploying. */
const FEW = [
  ...['DcsDeadLetters', 'SmsDeadLetters', 'DcsSilence', 'SmsSilence'],
  ...['DcsProviderOutage', 'SmsProviderOutage', 'CredentialRefusals', 'LedgerErrors'],
  ...['UnknownOutcomes', 'ResultsDeadLetters'],
  ...['WebhookFailures', 'WebhookFunctionErrors'],
];
const hasDashboard = (stage: string) => parametersOf(stage).dashboard;

describe.each(stagesUnderTest())('the alarms and the dashboard of stage %s', (stage) => {
  let deployed: CompiledTemplate;
  beforeAll(async () => {
    deployed = await compiled(stage);
  }, 60_000);

  it('have a name, a threshold, a setting for missing data, and a sentence that leads to a page of the runbook', () => {
    const { runbookUrl, alarmActions } = parametersOf(stage);
    for (const alarm of alarmsOf(deployed)) {
      expect(alarm.AlarmName).toBe(`migration-relay-${stage}-${alarm.id.replace(/Alarm$/, '')}`);
      const [, sentence, address] = /^(.*) (\S+)#[a-z]+$/.exec(alarm.AlarmDescription) ?? [];
      expect({ sentence, address }).toEqual({ sentence: expect.stringMatching(/^[A-Z].*\.$/), address: runbookUrl });
      // CloudWatch takes 1024 characters (PutMetricAlarm). An address of one's own may have 508.
      expect(alarm.AlarmDescription.length - runbookUrl.length + 508).toBeLessThanOrEqual(1024);
      expect(alarm).toMatchObject({
        ...ringingOf(alarm.id),
        Threshold: expect.any(Number),
        AlarmActions: alarmActions,
      });
      // CloudWatch accepts 10, 20, 30 or a multiple of 60.
      expect(alarm.periods.map((period) => period % 60)).toEqual(alarm.watched.map(() => 0));
    }
  });

  it('watch what the checklist requires, for each service of the cloud', () => {
    const each = ['DeadLetters', 'OldestMessage', 'FunctionErrors', 'FunctionThrottles', 'ProviderOutage', 'Silence'];
    const names = [
      ...servicesOf(stage).flatMap((service) => each.map((what) => service + what)),
      ...['UnknownOutcomes', 'CredentialRefusals', 'ProviderThrottles', 'LedgerErrors', 'LedgerThrottles'],
      ...[
        'PublishFailures',
        'ResultsDeadLetters',
        'ResultsLogFailures',
        'BrokenRecords',
        'RelayEvents',
        'SecretFaults',
      ],
      ...['WebhookRefusals', 'WebhookFailures', 'WebhookFunctionErrors', 'WebhookFunctionThrottles'],
    ];
    const chosen = parametersOf(stage).alarms === 'all' ? names : names.filter((name) => FEW.includes(name));
    expect(new Set(alarmsOf(deployed).map(({ id }) => id))).toEqual(new Set(chosen.map((name) => `${name}Alarm`)));
  });

  const { existingBus, existingQueues } = parametersOf(stage);
  // test/deploy/existing-resources.test.ts looks at what an existing queue or bus replaces.
  it.runIf(!existingBus && Object.keys(existingQueues).length === 0)('watch what they are named after', () => {
    for (const { id, watched } of alarmsOf(deployed)) {
      const dimensions = watched.map(({ key }) => /\{(.*)\}/.exec(key)?.[1]);
      expect({ id, dimensions: [...new Set(dimensions)] }).toEqual({ id, dimensions: dimensionsBy(id, stage) });
    }
  });

  it('ring for silence after half an hour, in which three heartbeats are sent', () => {
    const alarms = alarmsOf(deployed).filter(({ id }) => id.endsWith('SilenceAlarm'));
    const rules = deployed.ofType('AWS::Events::Rule').filter(({ Properties }) => Properties.ScheduleExpression);
    expect(alarms).toHaveLength(rules.length);
    for (const { EvaluationPeriods, Threshold, Metrics = [] } of alarms) {
      const [period] = Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Period] : []));
      expect({ seconds: (period ?? 0) * EvaluationPeriods, Threshold }).toEqual({ seconds: 1800, Threshold: 1 });
    }
    for (const { Properties } of rules) expect(Properties.ScheduleExpression).toBe('rate(10 minutes)');
  });

  it('count for silence what the metric filter finds: by the stage’s source and by service', () => {
    expect(deployed.ofType('AWS::Logs::MetricFilter').map(({ id }) => id)).toEqual(['HeartbeatsFilter']);
    const { FilterPattern, MetricTransformations } = deployed.properties('HeartbeatsFilter') as {
      FilterPattern: string;
      MetricTransformations: [MetricTransformation];
    };
    const [{ Dimensions, DefaultValue, MetricName, MetricNamespace }] = MetricTransformations;
    // CloudWatch Logs takes at most three dimensions, only of members that the pattern names, and no default value beside them.
    expect(Dimensions.length).toBeLessThanOrEqual(3);
    for (const { Value } of Dimensions) expect(FilterPattern).toContain(`${Value} = `);
    expect(DefaultValue).toBeUndefined();
    expect(FilterPattern).toContain(`$.source = "migration-relay.${stage}.heartbeat"`);
    const watched = alarmsOf(deployed).flatMap(({ id, watched }) => (id.endsWith('SilenceAlarm') ? watched : []));
    for (const { namespace, name, dimensions, key } of watched) {
      expect({ namespace, name, dimensions }).toEqual({
        namespace: MetricNamespace,
        name: MetricName,
        dimensions: Dimensions.map(({ Key }) => Key),
      });
      expect(key).toContain(`source=migration-relay.${stage}.heartbeat`);
    }
  });

  it.runIf(hasDashboard(stage))('are first on the dashboard, all of them', () => {
    const [first] = widgetsOf(deployed);
    expect(first?.type).toBe('alarm');
    expect(first?.properties.alarms?.sort()).toEqual(
      alarmsOf(deployed)
        .map(({ id }) => `<${id}>`)
        .sort(),
    );
  });

  it.runIf(hasDashboard(stage))(
    'show existing metrics by their dimensions, and every metric of the relay that has no alarm',
    () => {
      const shown = shownIn(widgetsOf(deployed));
      const own = Object.entries(METRICS).map(([name, { by }]) => `MigrationRelay ${name} by ${['stage', ...by]}`);
      const byAws = Object.entries(COUNTED_BY_AWS).map(([name, dimension]) => `${name} by ${dimension}`);
      expect(shown.filter((one) => !own.includes(one) && !byAws.includes(one))).toEqual([]);
      const watched = alarmsOf(deployed).flatMap((alarm) => alarm.watched.map(({ name }) => name));
      const alone = own.filter((one) => !watched.some((name) => one.split(' ')[1] === name));
      expect(alone.filter((one) => !shown.includes(one))).toEqual([]);
    },
  );

  it.runIf(hasDashboard(stage))('have no overlapping widgets', () => {
    const cells = (
      JSON.parse(JSON.stringify(widgetsOf(deployed))) as { x: number; y: number; width: number; height: number }[]
    ).flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_cell, n) => `${x + (n % width)}/${y + Math.floor(n / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});

/** The dimensions of an alarm's metrics, by its name. */
function dimensionsBy(id: string, stage: string): string[] {
  const [, owner = '', what = ''] =
    /^(Dcs|Sms|Webhook|Results|Ledger)(DeadLetters|OldestMessage|Function|ProviderOutage|Silence|LogFailures|Throttles)/.exec(
      id,
    ) ?? [];
  const service = `service=${owner.toLowerCase()},stage=${stage}`;
  const part = /Dcs|Sms/.test(owner) ? `${owner}Changes` : owner;
  const dimensions: Record<string, string[]> = {
    DeadLetters: [`QueueName=<${part}DeadLetterQueue>`],
    OldestMessage: [`QueueName=<${part}Queue>`, service],
    Function: [`FunctionName=<${part}LambdaFunction>`],
    ProviderOutage: [`class=service_error,${service}`],
    Silence: [`service=${owner.toLowerCase()},source=migration-relay.${stage}.heartbeat`],
    LogFailures: [`EventBusName=<Results>,RuleName=migration-relay-${stage}-results-to-log`],
    Throttles: ['TableName=<Ledger>'],
  };
  return dimensions[what] ?? [`stage=${stage}`];
}

/** When an alarm rings, and what it makes of missing data. Silence is too little of something, every other alarm too much. */
function ringingOf(id: string) {
  if (/^(Dcs|Sms)SilenceAlarm$/.test(id))
    return { ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' };
  // A message stays although its queue, which nobody calls any more, sends no data.
  const TreatMissingData = /DeadLetters|OldestMessage/.test(id) ? 'ignore' : 'notBreaching';
  return { ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData };
}

interface MetricTransformation {
  MetricNamespace: string;
  MetricName: string;
  DefaultValue?: number;
  Dimensions: { Key: string; Value: string }[];
}

const STAGE = {
  region: 'eu-central-1',
  provider: 'huawei-cloud',
  providerRegion: 'ap-southeast-3',
  alarmTarget: 'none',
};

describe('a stage with few alarms', () => {
  const few = () => compiledWith({ ...STAGE, alarms: 'few' });
  const idsOf = (view: CompiledTemplate) => alarmsOf(view).map(({ id }) => id);

  it('shows these on its dashboard, and no other', async () => {
    const view = await few();
    expect(idsOf(view).sort()).toEqual(FEW.map((name) => `${name}Alarm`).sort());
    expect(widgetsOf(view)[0]?.properties.alarms?.sort()).toEqual(
      idsOf(view)
        .map((id) => `<${id}>`)
        .sort(),
    );
  }, 60_000);

  it('has no errors for AWS’s validator, with and without a dashboard', async () => {
    expect(await faultsOf(await few())).toEqual([]);
    expect(await faultsOf(await compiledWith({ ...STAGE, alarms: 'few', dashboard: false }))).toEqual([]);
  }, 60_000);

  it('differs from one with all alarms by the rows of the page about deploying, which name every alarm once', async () => {
    const page = await readFile(join(PROJECT, 'docs/deploying.md'), 'utf8');
    const [, table = ''] = /\| what is lost \|.*\n\|---.*\n((?:\|.*\n)+)/.exec(page) ?? [];
    const cells = table.split('\n').map((row) => row.split('|').slice(2, 4));
    const named = (column: number) =>
      cells.flatMap((row) => [...(row[column] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
    const all = idsOf(await compiledWith(STAGE)).map((id) => id.replace(/Alarm$/, ''));
    expect(named(0).sort()).toEqual(FEW.toSorted());
    expect(named(1).sort()).toEqual(all.filter((name) => !FEW.includes(name)).sort());
  }, 60_000);
});

describe('a stage with a monthly budget', () => {
  const alarmTarget = 'arn:aws:sns:eu-central-1:111111111111:alarms';

  it('tells the target of the alarms at 80 % and at all of it, of what has the tag of the stage', async () => {
    const view = await compiledWith({ ...STAGE, alarmTarget, monthlyBudget: 20 });
    expect(await faultsOf(view)).toEqual([]);
    const notification = {
      NotificationType: 'ACTUAL',
      ComparisonOperator: 'GREATER_THAN',
      ThresholdType: 'PERCENTAGE',
    };
    expect(resolve(view.properties('MonthlyBudget'), deployedNames(view))).toEqual({
      Budget: {
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        BudgetLimit: { Amount: 20, Unit: 'USD' },
        CostFilters: { TagKeyValue: ['user:STAGE$trial'] },
      },
      NotificationsWithSubscribers: [80, 100].map((Threshold) => ({
        Notification: { ...notification, Threshold },
        Subscribers: [{ SubscriptionType: 'SNS', Address: alarmTarget }],
      })),
    });
  }, 60_000);

  it('is the only one that has a budget', async () => {
    for (const stage of stagesUnderTest())
      if (parametersOf(stage).monthlyBudget === undefined)
        expect((await compiled(stage)).ofType('AWS::Budgets::Budget')).toEqual([]);
  }, 60_000);
});
