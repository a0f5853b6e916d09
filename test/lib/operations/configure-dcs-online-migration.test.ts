import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json/exact-json.ts';
import { configureDcsOnlineMigration as operation } from '../../../src/lib/operations/configure-dcs-online-migration.ts';
import { example, pathsIn, problemsIn, received, sent } from './judging.ts';

const data = (body: JsonObject) => ({ project_id: '0123456789abcdef0123456789abcdef', task_id: 'b21989ec-2889', body });
const SOURCE = { addrs: '192.168.1.1:6379' };
const TARGET = { id: 'cf4a05df' };
const change = (body: JsonObject = {}) =>
  data({
    migration_method: 'incremental_migration',
    resume_mode: 'auto',
    source_instance: SOURCE,
    target_instance: TARGET,
    ...body,
  });
const source = (instance: JsonObject) => change({ source_instance: instance });

describe('the configuration of an online migration', () => {
  it('is accepted as the manual shows it and sent as the typed SDK sends it, in the order in which it came', () => {
    const manual = data(example('seed002.dcs.SetOnlineMigrationTask.request.json'));
    expect(problemsIn(operation, manual)).toEqual([]);
    expect(sent(operation, manual)).toBe(
      '{"migration_method":"incremental_migration","bandwidth_limit_mb":"123","resume_mode":"auto","source_instance":{"addrs":"192.168.1.1:6379,192.168.0.0:6379","password":"xxxxxx"},"target_instance":{"id":"cf4a05df-1c38-47c5-bb5a-0a7b3673b3bd"}}',
    );
  });

  it('goes to the task that it names and is read where tasks are read', () => {
    const ids = ['0123456789abcdef0123456789abcdef', 'b21989ec-2889'];
    expect({ method: operation.method, path: operation.path(change()) }).toEqual({
      method: 'POST',
      path: `/v2/${ids[0]}/migration/${ids[1]}/task`,
    });
    expect(operation.readBack.path(change())).toBe(`/v2/${ids[0]}/migration-task/${ids[1]}`);
  });

  it.each(['migration_method', 'resume_mode', 'source_instance', 'target_instance'])('needs %s', (name) => {
    expect(pathsIn(operation, change({ [name]: undefined }))).toEqual([`data.body.${name}`]);
  });

  it.each([
    ['1', '"1"'],
    ['10240', '"10240"'],
    ['"1"', '"1"'],
    ['"10240"', '"10240"'],
    ['"10239"', '"10239"'],
    ['"9999"', '"9999"'],
    ['"10199"', '"10199"'],
    ['1e3', '"1000"'],
    ['12.0', '"12"'],
  ])('sends the bandwidth %s as %s', (given, digits) => {
    const asked = change({ bandwidth_limit_mb: received(`{"it":${given}}`).it });
    expect(problemsIn(operation, asked)).toEqual([]);
    expect(sent(operation, asked)).toContain(`"bandwidth_limit_mb":${digits}`);
  });

  it.each([
    ...['0', '10241', '-1', '1.5', 'true', '[]', '9223372036854775807', '1.00000000000000000001'],
    ...['""', '"0"', '"10241"', '"012"', '"+1"', '"-1"', '" 1"', '"1 "', '"1.0"', '"1e3"', '"१"', '"99999999999"'],
  ])('refuses the bandwidth %s', (given) => {
    const asked = change({ bandwidth_limit_mb: received(`{"it":${given}}`).it });
    const message = 'must be a whole number from 1 to 10240, as a number or as digits';
    expect(problemsIn(operation, asked)).toEqual([`data.body.bandwidth_limit_mb: ${message}`]);
  });

  it('warns of a bandwidth with a full migration, and sends both as asked', () => {
    const both = change({ migration_method: 'full_amount_migration', bandwidth_limit_mb: 5 });
    expect(problemsIn(operation, both)).toEqual([]);
    expect(operation.warnings?.(both)).toEqual([
      'bandwidth_limit_mb is meant for incremental_migration; it was sent as asked',
    ]);
    expect(sent(operation, both)).toContain('"bandwidth_limit_mb":"5"');
    expect(operation.warnings?.(change({ bandwidth_limit_mb: 5 }))).toEqual([]);
    expect(operation.warnings?.(change({ migration_method: 'full_amount_migration' }))).toEqual([]);
  });

  it.each([
    ['id alone', { id: 'a' }, '{"id":"a"}'],
    ['addrs alone', { addrs: 'h:1' }, '{"addrs":"h:1"}'],
    ['an empty id beside addrs', { id: '', addrs: 'h:1' }, '{"addrs":"h:1"}'],
    ['empty addrs beside an id', { addrs: '', id: 'a' }, '{"id":"a"}'],
    ['an empty password', { id: 'a', password: '' }, '{"id":"a","password":""}'],
  ])('takes an instance with %s', (_title, instance, body) => {
    expect(problemsIn(operation, source(instance))).toEqual([]);
    expect(sent(operation, source(instance))).toContain(`"source_instance":${body}`);
  });

  it.each([
    ['both', { id: 'a', addrs: 'h:1' }],
    ['neither', {}],
    ['only empty ones', { id: '', addrs: '' }],
  ])('refuses %s of id and addrs', (_title, instance) => {
    const message = 'must have exactly one of id and addrs';
    expect(problemsIn(operation, source(instance))).toEqual([`data.body.source_instance: ${message}`]);
    expect(pathsIn(operation, change({ target_instance: instance }))).toEqual(['data.body.target_instance']);
  });

  it.each([
    ...['10.0.0.1:1', '10.0.0.1:65535', 'redis.example:6379', 'a:1,b:2,c:3', '[::1]:6379', '[2001:db8::1]:6379,b:2'],
  ])('takes the addresses %s', (addrs) => {
    expect(problemsIn(operation, source({ addrs }))).toEqual([]);
  });

  it.each([
    ...[
      '10.0.0.1',
      '10.0.0.1:',
      ':6379',
      '10.0.0.1:0',
      '10.0.0.1:65536',
      '10.0.0.1:06379',
      '10.0.0.1:+1',
      'a:1,',
      ',a:1',
    ],
    ...['a:1, b:2', 'a b:1', ' a:1', 'a:1 ', 'a:1\n', '::1:6379', '2001:db8::1:6379', '[::1]', '[a:1', 'a:1;b:2', ','],
  ])('refuses the addresses %j', (addrs) => {
    const message = 'must be host:port, or several separated by commas, without blanks';
    expect(problemsIn(operation, source({ addrs }))).toContain(`data.body.source_instance.addrs: ${message}`);
  });

  it.each([
    ['source_instance.password', { ...SOURCE, password: 5 }],
    ['source_instance.id', { id: '\ud800' }],
    ['source_instance.password', { ...SOURCE, password: 'half \udc00' }],
    ['source_instance.port', { ...SOURCE, port: 6379 }],
    ['source_instance.__proto__', { ...SOURCE, ['__proto__']: {} }],
  ])('refuses %s by its path', (path, instance) => {
    expect(pathsIn(operation, source(instance as JsonObject))).toEqual([`data.body.${path}`]);
  });
});

describe('a password of the configuration', () => {
  const byReference = source({ ...SOURCE, password_ref: 'migration-relay/local/redis/source' });

  it('takes the place of its reference, which is never sent', () => {
    expect(sent(operation, byReference)).toContain(
      '{"addrs":"192.168.1.1:6379","password":"secret behind migration-relay/local/redis/source"}',
    );
    expect(sent(operation, byReference)).not.toContain('password_ref');
    expect(operation.secretReferences?.(byReference)).toEqual(['migration-relay/local/redis/source']);
    expect(operation.inlineSecrets?.(byReference)).toEqual([]);
  });

  it('is told apart as standing in the change itself', () => {
    const inline = change({ target_instance: { ...TARGET, password: 'x' } });
    expect(operation.inlineSecrets?.(inline)).toEqual(['data.body.target_instance.password']);
    expect(operation.secretReferences?.(inline)).toEqual([]);
    expect(operation.inlineSecrets?.(source({ ...SOURCE, password: '' }))).toEqual([]);
  });

  it('is asked for once when both sides share it', () => {
    const shared = { password_ref: 'one' };
    const both = change({ source_instance: { ...SOURCE, ...shared }, target_instance: { ...TARGET, ...shared } });
    expect(operation.secretReferences?.(both)).toEqual(['one']);
  });

  it('cannot be given twice', () => {
    const twice = source({ ...SOURCE, password: 'x', password_ref: 'y' });
    expect(problemsIn(operation, twice)).toEqual([
      'data.body.source_instance: must not have both password and password_ref',
    ]);
  });

  it.each([
    'redis',
    'team/redis_1.prod+x=@y-z',
    'redis#password',
    'redis#a key with blanks',
    '/team/redis/password',
    '/team/redis#password',
    'arn:aws:secretsmanager:eu-central-1:123456789012:secret:team/redis-AbCdEf',
    'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:team/redis-AbCdEf#password',
    'arn:aws:ssm:eu-central-1:123456789012:parameter/team/redis',
    `x#${'k'.repeat(2046)}`,
  ])('may be referred to as %s', (reference) => {
    expect(problemsIn(operation, source({ ...SOURCE, password_ref: reference }))).toEqual([]);
  });

  it.each([
    '',
    '#key',
    'redis#',
    'redis#a#b',
    'a b',
    '/',
    'redis\n',
    'arn:aws:s3:::bucket',
    'arn:aws:secretsmanager:eu-central-1:1:secret:x',
    'arn:aws:ssm:eu-central-1:123456789012:parameter',
    'https://secrets.example/redis',
    'x#\ud800',
    `x#${'k'.repeat(2047)}`,
  ])('may not be referred to as %j', (reference) => {
    expect(pathsIn(operation, source({ ...SOURCE, password_ref: reference }))).toContain(
      'data.body.source_instance.password_ref',
    );
  });
});

describe('the reply to a configuration', () => {
  it("carries id, name and status of the manual's example", () => {
    const reply = operation.reply.parse(example('seed002.dcs.SetOnlineMigrationTask.response.200.json'));
    expect(operation.pickReply(reply)).toEqual({
      id: '90754308-a156-406f-a837-8f852f38a646',
      name: 'dcs-migration-1db7',
      status: 'FULLMIGRATING',
    });
    expect(operation.isErrorReply?.(reply, undefined)).toBe(false);
  });

  it.each([{}, { status: 'INCRMIGEATING' }, { status: 'INCRMIGRATING' }, { status: 'NEW', more: 1 }, { error: null }])(
    'is taken as %j',
    (reply) => {
      const { status } = reply as { status?: string };
      expect(operation.pickReply(operation.reply.parse(reply))).toEqual(status ? { status } : {});
      expect(operation.isErrorReply?.(reply, undefined)).toBe(false);
    },
  );

  it('has of id, name and status what is a text that is not empty', () => {
    const reply = { id: '', name: null, status: 'NEW', error: '' };
    expect(operation.pickReply(operation.reply.parse(reply))).toEqual({ status: 'NEW' });
    expect(operation.isErrorReply?.(operation.reply.parse(reply), undefined)).toBe(false);
  });

  it.each(['id', 'name', 'status', 'error'])('is none whose %s is no text', (member) => {
    expect(operation.reply.safeParse({ [member]: 5 }).success).toBe(false);
    expect(operation.reply.safeParse({ [member]: 'a' }).success).toBe(true);
  });

  it.each(['TERMINATED', 'TERMINATING', 'RELEASED', 'DELETED', 'DELETING'])('is doubtful as %s', (status) => {
    expect(operation.isErrorReply?.({ status }, undefined)).toBe(true);
  });

  it.each([[undefined], ['ok'], [[]], [{ id: 5 }]])('says nothing as %j', (reply) => {
    expect(operation.reply.safeParse(reply).success).toBe(false);
  });
});

const values = ({ status: _status, ...rest }: JsonObject) => rest;

describe('reading back a configuration', () => {
  const asked = change({ bandwidth_limit_mb: 12, source_instance: { addrs: 'b:2,A:1', password: 'x' } });
  const shown = {
    status: 'FULLMIGRATING',
    migration_method: 'incremental_migration',
    resume_mode: 'auto',
    bandwidth_limit_mb: '12',
    source_instance: { addrs: 'a:1,b:2', password: 'clear text', id: '' },
    target_instance: { id: 'cf4a05df', addrs: null, ip: '10.0.0.9' },
  };
  const waiting = { status: 'RUNNING', resume_mode: 'auto' };

  it.each([
    // What the task shows, whether that moved since before the first request, and what that says.
    [shown, true, 'applied'],
    [{ ...shown, status: 'INCRMIGEATING' }, true, 'applied'],
    [{ ...shown, status: 'INCRMIGRATING' }, true, 'applied'],
    [{ ...shown, status: 'FAILED' }, true, 'applied'],
    [{ ...shown, bandwidth_limit_mb: 12 }, true, 'applied'],
    [shown, false, 'cannot-tell'],
    [shown, undefined, 'cannot-tell'],
    [{ ...shown, status: 'RUNNING' }, true, 'cannot-tell'],
    [{ ...shown, status: undefined }, true, 'cannot-tell'],
    [{ ...shown, bandwidth_limit_mb: '13' }, true, 'cannot-tell'],
    [{ ...shown, bandwidth_limit_mb: '13' }, false, 'not-applied'],
    [{ ...shown, bandwidth_limit_mb: '13' }, undefined, 'cannot-tell'],
    [{ ...shown, bandwidth_limit_mb: undefined }, true, 'cannot-tell'],
    [{ ...shown, bandwidth_limit_mb: undefined }, false, 'cannot-tell'],
    [{ ...shown, target_instance: { id: 'another' } }, true, 'cannot-tell'],
    [{ ...shown, target_instance: { id: 'another' } }, false, 'not-applied'],
    [{ status: 'FULLMIGRATING' }, true, 'cannot-tell'],
    [{ status: 'FULLMIGRATING' }, false, 'cannot-tell'],
    [waiting, false, 'not-applied'],
    [waiting, undefined, 'not-applied'],
    [waiting, true, 'cannot-tell'],
    [{ status: 'CREATING' }, undefined, 'not-applied'],
    [{}, undefined, 'cannot-tell'],
    [{}, false, 'cannot-tell'],
  ])('of %j, moved %s: %s', (task, moved, verdict) => {
    const snapshot = operation.readBack.snapshot(task as JsonObject, asked);
    const isBaseline =
      moved === undefined ? undefined : (other: JsonObject) => !moved && isDeepStrictEqual(other, snapshot);
    expect(operation.readBack.verdict(snapshot, asked, isBaseline)).toBe(verdict);
  });

  it('looks at the configuration, in one form, and at how far the task is', () => {
    expect(operation.readBack.snapshot(shown, asked)).toEqual({
      ...{ phase: 'configured', instances: 'some', migration_method: 'incremental_migration', resume_mode: 'auto' },
      ...{ bandwidth_limit_mb: '12', source_addrs: 'a:1,b:2', target_id: 'cf4a05df' },
    });
    const other = { source_instance: { id: 's', addrs: 'B:2,a:1' }, target_instance: { addrs: 'C:3' } };
    expect(operation.readBack.snapshot({ ...other, bandwidth_limit_mb: 7 }, asked)).toEqual({
      ...{ bandwidth_limit_mb: '7', source_addrs: 'a:1,b:2' },
    });
    const empty = { id: '', addrs: '' };
    const nothing = { status: '', migration_method: null, resume_mode: 5, bandwidth_limit_mb: '' };
    expect(operation.readBack.snapshot({ ...nothing, source_instance: empty, target_instance: empty }, asked)).toEqual(
      {},
    );
    expect(operation.readBack.snapshot({ status: 5, source_instance: { addrs: 5 } } as JsonObject, asked)).toEqual({});
  });

  it.each(
    ['source_instance', 'target_instance'].flatMap((side) => [{ [side]: { id: 'a' } }, { [side]: { addrs: 'a:1' } }]),
  )('does not take a waiting task with %o for untouched', (instance) => {
    const snapshot = operation.readBack.snapshot({ ...waiting, ...instance } as JsonObject, asked);
    expect(operation.readBack.verdict(snapshot, change({ bandwidth_limit_mb: 1 }), undefined)).toBe('cannot-tell');
  });

  it('never remembers a password', () => {
    expect(JSON.stringify(operation.readBack.snapshot(shown, asked))).not.toMatch(/clear text|password/);
    expect(operation.readBack.unverifiable(asked)).toEqual(['data.body.source_instance.password']);
    expect(operation.readBack.unverifiable(source({ ...SOURCE, password_ref: 'r' }))).toEqual([
      'data.body.source_instance.password_ref',
    ]);
    expect(operation.readBack.unverifiable(change())).toEqual([]);
  });

  it('sees no movement in what the provider adds by itself to an instance that was given by its id', () => {
    const more = { ...shown, target_instance: { ...shown.target_instance, addrs: '10.0.0.9:6379', name: 'dcs-1' } };
    expect(operation.readBack.snapshot(more, asked)).toEqual(operation.readBack.snapshot(shown, asked));
  });

  it.each([
    [
      { status: 'RUNNING', ...values(shown) },
      { ...shown, status: 'FAILED' },
    ],
    [{ status: 'RUNNING', ...values(shown) }, shown],
    [{}, shown],
    [values(shown), shown],
  ])('takes values that stood, or were not seen, for no proof: before %j', (before, now) => {
    const shows = (task: object) => operation.readBack.snapshot(task as JsonObject, asked);
    const isBaseline = (snapshot: JsonObject) => isDeepStrictEqual(snapshot, shows(before));
    expect(operation.readBack.verdict(shows(now), asked, isBaseline)).toBe('cannot-tell');
  });

  it('sees no movement in a migration that merely goes on', () => {
    const later = { ...shown, status: 'INCRMIGEATING', updated_at: 'later' };
    expect(operation.readBack.snapshot(later, asked)).toEqual(operation.readBack.snapshot(shown, asked));
    expect(operation.readBack.snapshot(waiting, asked)).not.toEqual(operation.readBack.snapshot(shown, asked));
  });
});
