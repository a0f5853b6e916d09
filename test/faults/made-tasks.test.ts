import { describe, expect, it } from 'vitest';
import { createClock } from '../../faults/world/clock.ts';
import { createCloud } from '../../faults/world/cloud.ts';
import { noFaults } from '../../faults/world/faults.ts';
import { createMadeTasks } from '../../faults/world/made-tasks.ts';
import { nameKey, sourceKey } from '../../faults/world/natural-keys.ts';
import { someOutsideCreation } from '../../faults/world/outside-creations.ts';
import { createRandom } from '../../faults/world/random.ts';

const random = createRandom(1);
const [MOVE, FREE, USED] = [nameKey('move'), sourceKey('source-1'), sourceKey('source-2')];
const LIST = '/v2/p/migration-tasks?limit=50&name=move';
const listOf = (source: string) => `/v3/tasks?limit=50&offset=0&source_server_id=${source}`;

function lists(late = 0, tooLate = 0) {
  const clock = createClock();
  const made = createMadeTasks({ clock, random, faults: { ...noFaults, lists: { late, tooLate } } });
  const make = (name: string, id: string) =>
    made.make(nameKey(name), id, 'create_online', { name, description: 'd' }, clock.now());
  const idsOn = (offset = 0) => made.page(`${LIST}&offset=${offset}`, MOVE, []).page;
  return { clock, made, make, idsOn };
}

describe('a list', () => {
  it('shows tasks whose name contains the one that was asked for, page by page, oldest first', () => {
    const { made, make, idsOn } = lists();
    made.setPageSize(2);
    for (const [name, id] of [
      ['move', 'a'],
      ['move-2', 'b'],
      ['other', 'c'],
      ['move', 'd'],
    ] as const)
      make(name, id);
    expect(idsOn()).toEqual({ offset: 0, ids: ['a', 'b'], count: 3 });
    expect(idsOn(2)).toEqual({ offset: 2, ids: ['d'], count: 3 });
    expect(made.page(LIST, MOVE, []).body).toMatchObject({
      count: 3,
      migration_tasks: [{ task_id: 'a', task_name: 'move', description: 'd' }, { task_id: 'b' }],
    });
  });

  it('may show a new task late: within the time that the relay waits, or after it', async () => {
    const { clock, make, idsOn } = lists(1);
    const { listedFrom } = make('move', 'a');
    expect(idsOn().ids).toEqual([]);
    clock.at(listedFrom, () => undefined);
    await clock.run(listedFrom);
    expect(idsOn().ids).toEqual(['a']);
    const tooLate = lists(0, 1);
    expect(tooLate.make('move', 'b').listedFrom).toBeGreaterThanOrEqual(tooLate.clock.now() + 40_000);
  });

  it('lacks what others deleted', () => {
    const { made, make, idsOn } = lists();
    make('move', 'a');
    expect(made.deleteOne(MOVE)).toBe('a');
    expect([made.isInUse(MOVE), idsOn().ids, made.deleteOne(MOVE)]).toEqual([false, [], undefined]);
  });
});

function cloud() {
  const clock = createClock();
  return { clock, ...createCloud({ clock, random: createRandom(1), faults: noFaults, latest: 55_000, missing: 0 }) };
}
const create = (id: string) => ({
  key: sourceKey(id),
  call: 'create_sms' as const,
  body: { name: 'wave-1', type: 'MIGRATE_FILE', source_server: { id }, target_server: { vm_id: 'vm' } },
});

describe('a source', () => {
  it('has one task at a time, whoever created it', () => {
    const { log, made, others } = cloud();
    others.create(create('source-2'));
    expect(log).toEqual([]);
    others.create(create('source-1'));
    others.create(create('source-1'));
    expect(log).toMatchObject([{ kind: 'outsider', task: FREE, made: { id: expect.any(String) } }]);
    expect([made.isInUse(FREE), made.isInUse(USED)]).toEqual([true, false]);
  });

  it('is free again while its task is being deleted, which lists still show', () => {
    const { made, others } = cloud();
    others.create(create('source-1'));
    others.deleteMade(FREE, 1000);
    others.create(create('source-1'));
    const { page, body } = made.page(listOf('source-1'), FREE, []);
    expect(page.count).toBe(2);
    expect(body.tasks).toMatchObject([{ state: 'DELETING' }, { state: 'READY', target_server: { vm_id: 'vm' } }]);
  });

  it('refuses a request for a second task', async () => {
    const { clock, exchange } = cloud();
    const body = JSON.stringify(create('source-2').body);
    const sent = exchange({ service: 'sms', method: 'POST', path: '/v3/tasks', body, deadline: 10_000 });
    await clock.run(clock.now() + 10_000);
    const reply = await sent;
    expect(reply).toMatchObject({ complete: true, status: 400 });
    expect('body' in reply && String(reply.body)).toContain('SMS.6005');
  });
});

describe('others', () => {
  it('never create what ends with the mark of a change, or exactly what a change asks for', () => {
    for (let count = 0; count < 50; count++) {
      expect(someOutsideCreation(MOVE, random).key).toMatch(/^dcs-name\/move(-\d)?$/);
      expect(someOutsideCreation(FREE, random).body.target_server).toEqual({
        vm_id: expect.stringMatching(/^outside-/),
      });
    }
  });
});
