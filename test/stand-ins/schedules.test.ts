import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Sent, startSchedules } from '../../stand-ins/eventbridge/schedules.ts';

const RULE = {
  ScheduleExpression: 'rate(10 minutes)',
  Targets: [{ Arn: 'arn:q', Input: '{"a":1}', SqsParameters: { MessageGroupId: 'g' } }],
};
const MINUTE = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a schedule', () => {
  it('sends its text first when one period is over, and then once a period, divided by the scale, until it is stopped', () => {
    const sent: Sent[] = [];
    const stop = startSchedules([RULE], 2, async (one) => sent.push(one));
    vi.advanceTimersByTime(5 * MINUTE - 1);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([{ queueArn: 'arn:q', body: '{"a":1}', group: 'g' }]);
    vi.advanceTimersByTime(5 * MINUTE);
    expect(sent).toHaveLength(2);
    stop();
    vi.advanceTimersByTime(60 * MINUTE);
    expect(sent).toHaveLength(2);
  });

  it('goes on after a message that could not be sent', async () => {
    const send = vi.fn(() => Promise.reject(new Error('away')));
    const stop = startSchedules([{ ...RULE, ScheduleExpression: 'rate(1 minute)' }], 1, send);
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(send).toHaveBeenCalledTimes(2);
    stop();
  });

  it('is refused if it is no rate in minutes', () => {
    for (const ScheduleExpression of ['cron(0 * * * ? *)', 'rate(1 hour)', 'rate(x minutes)'])
      expect(() => startSchedules([{ ...RULE, ScheduleExpression }], 1, async () => {})).toThrow(ScheduleExpression);
  });
});
