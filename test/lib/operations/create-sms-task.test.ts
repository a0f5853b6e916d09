import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json/exact-json.ts';
import { createSmsTask as operation } from '../../../src/lib/operations/create-sms-task.ts';
import { pathsIn, problemsIn, sent } from './judging.ts';

const SOURCE = '2f0c6ad7-3e3f';
const TARGET = { name: 'web-01-new', vm_id: '6c1d7c52' };
const REGION = { region_name: 'r', region_id: 'r', project_name: 'p', project_id: 'p' };
const data = (body: JsonObject = {}) => ({
  body: {
    ...{ name: 'web-01', type: 'MIGRATE_FILE', os_type: 'LINUX', ...REGION },
    ...{ source_server: { id: SOURCE }, target_server: TARGET, ...body },
  },
});

describe('a change that creates an SMS task', () => {
  it('is sent as asked, and is about the source', () => {
    const change = data({
      over_speed_threshold: 12.5,
      target_server: { ...TARGET, disks: [{ size: 42_949_672_960 }] },
    });
    expect(problemsIn(operation, change)).toEqual([]);
    expect({ method: operation.method, path: operation.path(change) }).toEqual({ method: 'POST', path: '/v3/tasks' });
    expect(JSON.parse(sent(operation, change))).toEqual(change.body);
    expect(operation.subject(change)).toEqual({ kind: 'source', id: SOURCE });
    expect(operation.createdIn?.(operation.reply.parse({ id: 'ef3b' }))).toBe('ef3b');
  });

  it('needs a target, or a template to make one from', () => {
    const problem = 'data.body.target_server: must have name and vm_id, unless vm_template_id is given';
    for (const target_server of [{}, { name: 'n' }, { vm_id: 'v' }, { name: '', vm_id: 'v' }])
      expect(problemsIn(operation, data({ target_server }))).toEqual([problem]);
    expect(problemsIn(operation, data({ target_server: {}, vm_template_id: 't' }))).toEqual([]);
    expect(problemsIn(operation, data({ target_server: {}, vm_template_id: '' }))).toEqual([problem]);
  });

  it('warns if it lacks the system, which older editions require', () => {
    const { os_type: _none, ...body } = data().body as JsonObject;
    expect(problemsIn(operation, { body })).toEqual([]);
    expect(operation.warnings?.({ body })).toEqual([
      'os_type: older editions require it; the request was sent without it',
    ]);
    expect(operation.warnings?.(data())).toEqual([]);
  });

  it.each([
    ['a name with a blank', data({ name: 'web 01' }), ['data.body.name']],
    ['an unknown type', data({ type: 'MIGRATE_ALL' }), ['data.body.type']],
    ['a source that is no id', data({ source_server: { id: 'a/b' } }), ['data.body.source_server.id']],
    ['a high speed', data({ speed_limit: 1001 }), ['data.body.speed_limit']],
    ['an unknown field', data({ auto_install_pvdriver: true }), ['data.body.auto_install_pvdriver']],
    ['a task', { ...data(), task_id: 't' }, ['data.task_id']],
  ])('is refused with %s', (_title, change, paths) => {
    expect(pathsIn(operation, change)).toEqual(paths);
  });

  const listed = {
    id: 't',
    name: 'web-01',
    type: 'MIGRATE_FILE',
    source_server: { id: SOURCE },
    target_server: TARGET,
  };
  it.each([
    ['all agrees', {}, 'own'],
    ['the target is not shown', { target_server: null }, 'own'],
    ['the source is not shown', { source_server: null }, 'own'],
    [
      'ids are in capitals',
      { source_server: { id: SOURCE.toUpperCase() }, target_server: { vm_id: '6C1D7C52' } },
      'own',
    ],
    ['the name differs', { name: 'web-02' }, 'unclear'],
    ['the type differs', { type: 'MIGRATE_BLOCK' }, 'unclear'],
    ['the target differs', { target_server: { vm_id: 'other' } }, 'unclear'],
  ])('recognises a task of the list, or is not sure, where %s', (_title, over, origin) => {
    const shown = { elements: [{ ...listed, ...over }] };
    expect(operation.readBack.snapshot(shown, data())).toEqual({
      ids: ['t'],
      own: origin === 'own' ? ['t'] : [],
      unclear: origin === 'unclear' ? ['t'] : [],
    });
  });

  it('does not see the task of another source', () => {
    const shown = { elements: [{ ...listed, source_server: { id: 'other' } }] };
    expect(operation.readBack.snapshot(shown, data())).toEqual({ ids: [], own: [], unclear: [] });
  });

  it('may be about a source whose id has up to 64 characters', () => {
    expect(problemsIn(operation, data({ source_server: { id: 's'.repeat(64) } }))).toEqual([]);
    expect(pathsIn(operation, data({ source_server: { id: 's'.repeat(65) } }))).toEqual(['data.body.source_server.id']);
  });

  it('is looked for among the tasks of its source, and says what a list does not show', () => {
    expect(operation.readBack.path(data())).toBe(`/v3/tasks?limit=50&offset=0&source_server_id=${SOURCE}`);
    expect(operation.readBack.unverifiable(data())).toEqual(
      ['os_type', 'region_name', 'region_id', 'project_name', 'project_id', 'target_server'].map(
        (name) => `data.body.${name}`,
      ),
    );
  });
});
