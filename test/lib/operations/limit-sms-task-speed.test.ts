import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json/exact-json.ts';
import { limitSmsTaskSpeed as operation } from '../../../src/lib/operations/limit-sms-task-speed.ts';
import { problemsIn, sent } from './judging.ts';

const data = (...speed_limit: JsonObject[]) => ({ task_id: 'ef3b9722-07a0', body: { speed_limit } });
const night = { start: '00:00', end: '08:00', speed: 20 };
const day = { start: '08:00', end: '24:00', speed: 50, over_speed_threshold: 12.5 };

describe('a change that limits the speed of an SMS task', () => {
  it('is accepted and sent as asked', () => {
    expect(problemsIn(operation, data(night, day))).toEqual([]);
    expect({ method: operation.method, path: operation.path(data(night)) }).toEqual({
      method: 'POST',
      path: '/v3/tasks/ef3b9722-07a0/speed-limit',
    });
    expect(JSON.parse(sent(operation, data(night, day)))).toEqual({ speed_limit: [night, day] });
  });

  it('names a speed even where there is no limit, because the SDK of 2024 requires it', () => {
    const { speed: _none, ...free } = night;
    expect(problemsIn(operation, data(free))).toEqual([]);
    expect(JSON.parse(sent(operation, data(free)))).toEqual({ speed_limit: [{ ...free, speed: 0 }] });
  });

  it('may have no limits at all', () => {
    expect(problemsIn(operation, data())).toEqual([]);
    expect(sent(operation, data())).toBe('{"speed_limit":[]}');
  });

  const TIME = 'must be a time of day, from 00:00 to 24:00';
  it.each([
    ['an hour that no day has', { ...night, end: '24:01' }, `end: ${TIME}`],
    ['a time without a zero', { ...night, start: '8:00' }, `start: ${TIME}`],
    ['a speed above 1000', { ...night, speed: 1001 }, 'speed: must be a whole number from 0 to 1000'],
    ['a fraction of a speed', { ...night, speed: 0.5 }, 'speed: must be a whole number from 0 to 1000'],
    [
      'a threshold below 10',
      { ...night, over_speed_threshold: 9.9 },
      'over_speed_threshold: must be a number from 10 to 100',
    ],
    ['an unknown member', { ...night, days: 'all' }, 'days: unknown field'],
  ])('is refused for %s', (_title, span, problem) => {
    expect(problemsIn(operation, data(span))).toEqual([`data.body.speed_limit.0.${problem}`]);
  });

  it('has at most five spans', () => {
    expect(problemsIn(operation, data(night, night, night, night, night))).toEqual([]);
    expect(problemsIn(operation, data(night, night, night, night, night, night))).toEqual([
      'data.body.speed_limit: must have at most 5 elements',
    ]);
  });

  const verdictOf = (shown: JsonObject, change = data(night, day)) =>
    operation.readBack.verdict(operation.readBack.snapshot(shown, change), change, undefined);

  it('is applied where a read shows the same spans, in any order and with the defaults filled in', () => {
    expect(verdictOf({ speed_limit: [day, night] })).toBe('applied');
    expect(verdictOf({ speed_limit: [day, { ...night, over_speed_threshold: 10 }] })).toBe('applied');
    expect(verdictOf({ speed_limit: [{ ...day, speed: '50' }, night] })).toBe('applied');
  });

  it.each([
    [{ speed_limit: [] }, 'not-applied'],
    [{ speed_limit: [night] }, 'not-applied'],
    [{ speed_limit: [night, { ...day, speed: 51 }] }, 'not-applied'],
    [{ speed_limit: [night, { ...day, over_speed_threshold: 13 }] }, 'not-applied'],
    [{ speed_limit: [{ ...night, start: '00:00:00', end: '08:00:00' }, day] }, 'applied'],
    [{ speed_limit: [{ ...night, start: '0:00' }, day] }, 'cannot-tell'],
    [{ speed_limit: [night, { ...day, over_speed_threshold: undefined }] }, 'cannot-tell'],
    [{ speed_limit: null }, 'cannot-tell'],
    [{}, 'cannot-tell'],
  ])('reads %j as %s', (shown, verdict) => {
    expect(verdictOf(shown)).toBe(verdict);
  });

  it('reads SMS.6302 as a task without limits, and no other refusal', () => {
    const none = operation.readBack.shownByRefusal?.('SMS.6302') ?? {};
    expect(verdictOf(none, data())).toBe('applied');
    expect(verdictOf(none, data(night))).toBe('not-applied');
    expect(operation.readBack.shownByRefusal?.('SMS.7703')).toBeUndefined();
  });
});
