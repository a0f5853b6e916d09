import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCloudWatchMetrics } from '../../../src/lib/observability/cloudwatch-metrics.ts';
import { silent } from '../../../src/lib/observability/metrics.ts';
import { captureLines } from '../../support/captured-lines.ts';

afterEach(() => void vi.restoreAllMocks());

describe('the metrics of CloudWatch', () => {
  it('are one line per event, with the stage and its split as dimensions', () => {
    const { lines } = captureLines();
    createCloudWatchMetrics('trial', {})({ Changes: 1 }, { operation: 'update', outcome: 'failed' });
    expect(lines()).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'MigrationRelay',
              Dimensions: [['stage', 'operation', 'outcome']],
              Metrics: [{ Name: 'Changes', Unit: 'Count' }],
            },
          ],
        },
        stage: 'trial',
        operation: 'update',
        outcome: 'failed',
        Changes: 1,
      },
    ]);
  });

  it('are in one line for all that an event counts, with equal dimensions together', () => {
    const { lines } = captureLines();
    const metrics = createCloudWatchMetrics('trial', {});
    const values = { Changes: 1, Attempts: 2, AgeAtResult: 30, UnknownOutcomes: Number.NaN };
    for (const outcome of ['failed', 'succeeded']) metrics(values, { operation: 'update', outcome });
    const directive = (by: string[], Metrics: object[]) => ({
      Namespace: 'MigrationRelay',
      Dimensions: [['stage', ...by]],
      Metrics,
    });
    const CloudWatchMetrics = [
      directive(['operation', 'outcome'], [{ Name: 'Changes', Unit: 'Count' }]),
      directive(
        ['operation'],
        [
          { Name: 'Attempts', Unit: 'Count' },
          { Name: 'AgeAtResult', Unit: 'Milliseconds' },
        ],
      ),
    ];
    const counted = { stage: 'trial', operation: 'update', Changes: 1, Attempts: 2, AgeAtResult: 30 };
    const _aws = { Timestamp: expect.any(Number), CloudWatchMetrics };
    expect(lines()).toEqual([
      { _aws, ...counted, outcome: 'failed' },
      { _aws, ...counted, outcome: 'succeeded' },
    ]);
  });

  it('keep events apart that happen in between', () => {
    const { lines } = captureLines();
    const metrics = createCloudWatchMetrics('trial', {});
    metrics({ Retries: 1 }, { reason: 'lease_held' });
    metrics({ TakeOvers: 1 }, {});
    expect(lines()[1]).not.toHaveProperty('reason');
    expect(lines()[1]).toMatchObject({ _aws: { CloudWatchMetrics: [{ Dimensions: [['stage']] }] } });
  });

  it('have "none" for an empty dimension, and leave out a value that is not a number', () => {
    const { lines } = captureLines();
    const metrics = createCloudWatchMetrics('trial', {});
    metrics({ AgeAtResult: Number.NaN }, { operation: 'update' });
    metrics({ Retries: 1 }, {} as never);
    expect(lines()).toMatchObject([{ reason: 'none' }]);
  });

  it('can be switched off, by a variable too', () => {
    const { lines } = captureLines();
    silent({ TakeOvers: 1 }, {});
    createCloudWatchMetrics('trial', { POWERTOOLS_METRICS_DISABLED: 'true' })({ TakeOvers: 1 }, {});
    expect(lines()).toEqual([]);
  });
});
