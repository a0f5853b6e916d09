import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json/exact-json.ts';
import { updateDcsMigrationTask as operation } from '../../../src/lib/operations/update-dcs-migration-task.ts';
import { example, pathsIn, problemsIn, sent } from './judging.ts';

const data = (body: JsonObject) => ({ project_id: '0123456789abcdef0123456789abcdef', task_id: 'b21989ec-2889', body });

describe('a change of how a DCS migration task reconnects', () => {
  it.each(['seed000', 'seed001'])('is accepted and sent as the example of %s', (seed) => {
    const change = data(example(`${seed}.dcs.UpdateMigrationTask.request.json`));
    expect(problemsIn(operation, change)).toEqual([]);
    expect(sent(operation, change)).toBe('{"resume_mode":"auto"}');
  });

  it('names its mode even when it is the default of seed 001', () => {
    expect(problemsIn(operation, data({}))).toEqual([]);
    expect(sent(operation, data({}))).toBe('{"resume_mode":"auto"}');
    expect(sent(operation, data({ resume_mode: 'manual' }))).toBe('{"resume_mode":"manual"}');
  });

  it.each([
    ['another mode', data({ resume_mode: 'AUTO' }), ['data.body.resume_mode: must be auto or manual']],
    ['a mode that is no text', data({ resume_mode: 1 }), ['data.body.resume_mode: must be auto or manual']],
    ['an unknown field', data({ mode: 'auto' }), ['data.body.mode: unknown field']],
    ['an unknown field beside the body', { ...data({}), service: 'dcs' }, ['data.service: unknown field']],
  ])('is refused for %s', (_title, change, problems) => {
    expect(problemsIn(operation, change)).toEqual(problems);
  });

  it.each(['project_id', 'task_id', 'body'])('is refused without %s', (name) => {
    expect(pathsIn(operation, { ...data({}), [name]: undefined })).toEqual([`data.${name}`]);
  });

  it('goes to the task that it names', () => {
    const path = '/v2/0123456789abcdef0123456789abcdef/migration-task/b21989ec-2889';
    expect({ method: operation.method, path: operation.path(data({})) }).toEqual({ method: 'PUT', path });
    expect(operation.readBack.path(data({}))).toBe(path);
  });

  it.each([undefined, '', 'success', {}, { id: 'x' }])('takes the reply %j', (reply) => {
    expect(operation.reply.safeParse(reply).success).toBe(true);
    expect(operation.pickReply(reply)).toEqual({});
  });

  it.each([[[]], [5], [null]])('does not take the reply %j', (reply) => {
    expect(operation.reply.safeParse(reply).success).toBe(false);
  });

  it.each([
    [{ resume_mode: 'auto' }, 'applied'],
    [{ resume_mode: 'manual' }, 'not-applied'],
    [{ resume_mode: null }, 'cannot-tell'],
    [{ resume_mode: 7 }, 'cannot-tell'],
    [{ resume_mode: '' }, 'cannot-tell'],
    [{ resume_mode: 'AUTO' }, 'cannot-tell'],
    [{ status: 'FULLMIGRATING' }, 'cannot-tell'],
  ])('reads %j as %s when auto was asked for', (task, verdict) => {
    const snapshot = operation.readBack.snapshot(operation.readBack.reply.parse(task), data({}));
    expect(operation.readBack.verdict(snapshot, data({}), undefined)).toBe(verdict);
    expect(operation.readBack.unverifiable(data({}))).toEqual([]);
  });
});
