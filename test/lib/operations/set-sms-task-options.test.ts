import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/lib/json/exact-json.ts';
import { setSmsTaskOptions as operation } from '../../../src/lib/operations/set-sms-task-options.ts';
import { problemsIn, sent } from './judging.ts';

const data = (...configurations: JsonObject[]) => ({ task_id: 'ef3b9722-07a0', body: { configurations } });
const option = (config_key: string, config_value = '1') => ({ config_key, config_value });
const exclude = option('MIGRATE_EXCLUDE_DIR', '/proc;/var/cache');
const cpu = option('LINUX_CPU_LIMIT', '50');

describe('a change that sets options of an SMS task', () => {
  it('is accepted and sent as asked', () => {
    const change = data(exclude, { ...cpu, config_status: 'kept' });
    expect(problemsIn(operation, change)).toEqual([]);
    expect({ method: operation.method, path: operation.path(change) }).toEqual({
      method: 'POST',
      path: '/v3/tasks/ef3b9722-07a0/configuration-setting',
    });
    expect(JSON.parse(sent(operation, change))).toEqual(change.body);
    expect(operation.warnings?.(change)).toEqual([]);
    expect(operation.readBack.unverifiable(change)).toEqual(['data.body.configurations.1.config_status']);
  });

  it('may use a key of another edition, with a warning that names its place', () => {
    const change = data(exclude, option('EXCLUDE_MIGRATE_PATH'));
    expect(problemsIn(operation, change)).toEqual([]);
    expect(operation.warnings?.(change)).toEqual([
      'data.body.configurations.1.config_key: not a key of the newest manual; it was sent as asked',
    ]);
  });

  it.each([
    ['an empty key', option(''), 'config_key: must be 1 to 255 characters long'],
    ['a long value', option('DYNAMIC_PORT', 'x'.repeat(1025)), 'config_value: must be 0 to 1024 characters long'],
    ['no value', { config_key: 'DYNAMIC_PORT' }, 'config_value: must be text'],
    ['an unknown member', { ...cpu, unit: '%' }, 'unit: unknown field'],
  ])('is refused for %s', (_title, wrong, problem) => {
    expect(problemsIn(operation, data(wrong))).toEqual([`data.body.configurations.0.${problem}`]);
  });

  it('has at most fifty options', () => {
    const many = Array.from({ length: 51 }, (_, place) => option(`KEY_${place}`));
    expect(problemsIn(operation, data(...many.slice(1)))).toEqual([]);
    expect(problemsIn(operation, data(...many))).toEqual(['data.body.configurations: must have at most 50 elements']);
  });

  const verdictOf = (configurations: Json, ...wanted: JsonObject[]) => {
    const change = data(...wanted);
    const snapshot = operation.readBack.snapshot({ configurations }, change);
    return operation.readBack.verdict(snapshot, change, undefined);
  };

  it.each([
    ['every value', [cpu, exclude, option('CONSISTENCY_MODE')], 'applied'],
    ['another value', [{ ...cpu, config_value: '60' }, exclude], 'not-applied'],
    ['one of two', [cpu], 'not-applied'],
    ['none', [], 'not-applied'],
    ['a value that is no text', [{ ...cpu, config_value: 50 }, exclude], 'cannot-tell'],
    ['no list', null, 'cannot-tell'],
  ] as [string, Json, string][])('is read, with %s shown, as %s', (_title, shown, verdict) => {
    expect(verdictOf(shown, exclude, cpu)).toBe(verdict);
  });

  it('proves nothing where an option that was set to nothing is not shown', () => {
    expect(verdictOf([], option('DYNAMIC_PORT', ''))).toBe('cannot-tell');
    expect(verdictOf([option('DYNAMIC_PORT', '')], option('DYNAMIC_PORT', ''))).toBe('applied');
    expect(verdictOf([option('DYNAMIC_PORT', '1')], option('DYNAMIC_PORT', ''))).toBe('not-applied');
  });

  it('proves nothing without options, with a key twice, or with a key that may be shown under another name', () => {
    expect(verdictOf([cpu])).toBe('cannot-tell');
    expect(verdictOf([cpu], cpu, { ...cpu, config_value: '60' })).toBe('cannot-tell');
    expect(verdictOf([option('MIGRATE_EXCLUDE_PATH')], option('EXCLUDE_MIGRATE_PATH'))).toBe('cannot-tell');
    expect(verdictOf([option('MIGRATE_EXCLUDE_PATH', '/proc;/var/cache')], exclude)).toBe('cannot-tell');
    expect(verdictOf([option('MIGRATE_EXCLUDE_PATH'), exclude], exclude)).toBe('applied');
  });
});
