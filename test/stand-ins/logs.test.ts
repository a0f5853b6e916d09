import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRules, envelopeOf } from '../../stand-ins/eventbridge/rules.ts';
import { type Logs, startLogs } from '../../stand-ins/logs/logs.ts';
import { createMetricFilters } from '../../stand-ins/logs/metric-filters.ts';
import { compilePattern } from '../../stand-ins/logs/pattern.ts';

let logs: Logs;
beforeAll(async () => {
  logs = await startLogs(['/group']);
});
afterAll(() => logs.close());

async function filter(input: object) {
  const response = await fetch(logs.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'Logs_20140328.FilterLogEvents' },
    body: JSON.stringify({ logGroupName: '/group', ...input }),
  });
  return (await response.json()) as { events: { message: string }[]; nextToken?: string; __type?: string };
}

describe('the local log service', () => {
  it('returns lines by time and pattern, page by page', async () => {
    for (const id of ['a', 'b', 'a']) logs.append('/group', JSON.stringify({ change: { id } }));
    expect((await filter({})).events).toHaveLength(3);
    const first = await filter({ filterPattern: '{ $.change.id = "a" }', limit: 1 });
    expect(first.events).toHaveLength(1);
    const second = await filter({ filterPattern: '{ $.change.id = "a" }', limit: 1, nextToken: first.nextToken });
    expect(second.events).toHaveLength(1);
    expect(second.nextToken).toBeUndefined();
    expect((await filter({ startTime: Date.now() + 60_000 })).events).toEqual([]);
  });

  it('knows only the log groups of the template', async () => {
    logs.append('/other', 'x');
    expect((await filter({ logGroupName: '/other' })).__type).toBe('ResourceNotFoundException');
  });
});

describe('a filter pattern', () => {
  const line = JSON.stringify({ id: 'a"b*c', detail: { n: 'x' } });
  it.each([
    ['', true],
    ['{ $.detail.n = "x" }', true],
    ['{ $.detail.n = "y" }', false],
    ['{ $.detail.n = "y" || $.detail.n = "x" }', true],
    ['{ $.detail.n = "x" && $.id = "*" }', true],
    ['{ $.detail.n = "x" && $.id = "y" }', false],
    ['{ $.detail.n = "x" && $.missing = "*" }', false],
    ['{ $.id = "y" && $.id = "*" || $.detail.n = "x" }', true],
    [String.raw`{ $.id = "a\"b*" }`, true],
    ['{ $.missing.deep = "x" }', false],
  ])('%s matches as in CloudWatch', (pattern, expected) => {
    expect(compilePattern(pattern)(line)).toBe(expected);
    expect(compilePattern(pattern)('no JSON')).toBe(pattern === '');
  });

  it('of an unknown kind is refused', () => {
    for (const pattern of ['ERROR', '{ $.a = "x" && $.b > 1 }'])
      expect(() => compilePattern(pattern)).toThrow('does not know');
  });
});

describe('a metric filter', () => {
  const filter = {
    LogGroupName: '/group',
    FilterPattern: '{ $.source = "s" && $.detail.id = "*" }',
    MetricTransformations: [
      {
        ...{ MetricNamespace: 'N', MetricName: 'M', MetricValue: '2' },
        Dimensions: [{ Key: 'id', Value: '$.detail.id' }],
      },
    ],
  };
  const line = JSON.stringify({ source: 's', detail: { id: 'a' } });

  it('counts a line of its group that its pattern matches, with dimensions from the line', async () => {
    const metricsOf = createMetricFilters([filter]);
    const counted = [{ namespace: 'N', name: 'M', value: 2, dimensions: { id: 'a' } }];
    expect(metricsOf('/group', line)).toEqual(counted);
    expect(metricsOf('/other', line)).toEqual([]);
    expect(metricsOf('/group', JSON.stringify({ source: 's', detail: {} }))).toEqual([]);
    const found: unknown[] = [];
    const observed = await startLogs(['/group'], (...appended) => found.push(...metricsOf(...appended)));
    observed.append('/group', line);
    observed.append('/unknown', line);
    expect(found).toEqual(counted);
    await observed.close();
  });
});

describe('a rule', () => {
  const arn = 'arn:aws:logs:eu-central-1:000000000000:log-group:/aws/events/results';
  const rule = {
    ...{ Name: 'to-log', State: 'ENABLED' as const, EventBusName: 'bus' },
    ...{ EventPattern: { source: ['relay'] }, Targets: [{ Id: 'log', Arn: arn }] },
  };
  const rules = createRules([rule]);
  const event = { bus: 'bus', source: 'relay', detailType: 't', detail: '{"n":9223372036854775807}' };

  it('sends the events of its sources and its bus to its log groups', () => {
    expect(rules(event)).toEqual(['/aws/events/results']);
    expect(rules({ ...event, source: 'other' })).toEqual([]);
    expect(rules({ ...event, bus: 'other' })).toEqual([]);
    expect(createRules([{ ...rule, State: 'DISABLED' }])(event)).toEqual([]);
  });

  it('passes on the event with its detail as it was put', () => {
    expect(envelopeOf(event, 'eu-central-1')).toMatch(
      /^\{"version":"0",.*"detail-type":"t",.*,"detail":\{"n":9223372036854775807\}\}$/,
    );
  });
});
