import { beforeAll, describe, expect, it } from 'vitest';
import { stageNames, stageParameters } from '../../scripts/stage-parameters.ts';
import { METRICS } from '../../src/lib/observability/metrics.ts';
import { type CompiledTemplate, compiled } from '../support/compiled.ts';
import { alarmsOf, COUNTED_BY_AWS, shownIn, widgetsOf } from '../support/watched-metrics.ts';

describe.each(stageNames())('the alarms and the dashboard of stage %s', (stage) => {
  let deployed: CompiledTemplate;
  beforeAll(async () => {
    deployed = await compiled(stage);
  }, 60_000);

  it('have a name, a threshold, a setting for missing data, and a sentence that leads to a page of the runbook', () => {
    const { runbookUrl } = stageParameters(stage);
    for (const alarm of alarmsOf(deployed)) {
      expect(alarm.AlarmName).toBe(`migration-relay-${stage}-${alarm.id.replace(/Alarm$/, '')}`);
      const [, sentence, address] = /^(.*) (\S+)#[a-z]+$/.exec(alarm.AlarmDescription) ?? [];
      expect({ sentence, address }).toEqual({ sentence: expect.stringMatching(/^[A-Z].*\.$/), address: runbookUrl });
      // CloudWatch takes 1024 characters (PutMetricAlarm). An address of one's own may have 508.
      expect(alarm.AlarmDescription.length - runbookUrl.length + 508).toBeLessThanOrEqual(1024);
      expect(alarm).toMatchObject({
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: expect.any(Number),
        AlarmActions: [],
      });
      // A dead letter stays although its queue, which nobody calls any more, sends no data.
      expect(alarm.TreatMissingData).toBe(alarm.id.includes('DeadLetters') ? 'ignore' : 'notBreaching');
      // CloudWatch accepts 10, 20, 30 or a multiple of 60.
      expect((alarm.Period ?? 300) % 60).toBe(0);
    }
  });

  it('watch what the checklist requires, for each service of the cloud', () => {
    const services = stage === 'prod-otc' ? ['Dcs'] : ['Dcs', 'Sms'];
    const each = ['DeadLetters', 'OldestMessage', 'FunctionErrors', 'FunctionThrottles', 'ProviderOutage'];
    const names = [
      ...services.flatMap((service) => each.map((what) => service + what)),
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
    expect(new Set(alarmsOf(deployed).map(({ id }) => id))).toEqual(new Set(names.map((name) => `${name}Alarm`)));
  });

  it('fill in what a metric without data lacks, so that the sum or the maximum has a value', () => {
    const expressions = alarmsOf(deployed).flatMap(({ Metrics = [] }) =>
      Metrics.flatMap(({ Expression }) => (Expression ? [{ Expression, ids: Metrics.flatMap(inputOf) }] : [])),
    );
    expect(expressions.length).toBeGreaterThanOrEqual(2);
    for (const { Expression, ids } of expressions) for (const id of ids) expect(Expression).toContain(`FILL(${id}, 0)`);
  });

  it('are first on the dashboard, all of them', () => {
    const [first] = widgetsOf(deployed);
    expect(first?.type).toBe('alarm');
    expect(first?.properties.alarms?.sort()).toEqual(
      alarmsOf(deployed)
        .map(({ id }) => `<${id}>`)
        .sort(),
    );
  });

  it('show existing metrics by their dimensions, and every metric of the relay that has no alarm', () => {
    const shown = shownIn(widgetsOf(deployed));
    const own = Object.entries(METRICS).map(([name, { by }]) => `MigrationRelay ${name} by ${['stage', ...by]}`);
    const byAws = Object.entries(COUNTED_BY_AWS).map(([name, dimension]) => `${name} by ${dimension}`);
    expect(shown.filter((one) => !own.includes(one) && !byAws.includes(one))).toEqual([]);
    const watched = alarmsOf(deployed).flatMap((alarm) => alarm.watched.map(({ name }) => name));
    const alone = own.filter((one) => !watched.some((name) => one.split(' ')[1] === name));
    expect(alone.filter((one) => !shown.includes(one))).toEqual([]);
  });

  it('have no overlapping widgets', () => {
    const cells = (
      JSON.parse(JSON.stringify(widgetsOf(deployed))) as { x: number; y: number; width: number; height: number }[]
    ).flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_cell, n) => `${x + (n % width)}/${y + Math.floor(n / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});

const inputOf = ({ Id, MetricStat }: { Id: string; MetricStat?: object }) => (MetricStat ? [Id] : []);
