import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json/exact-json.ts';
import type { Operation } from '../../../src/lib/operations/operation.ts';
import { updateSmsTask202409, updateSmsTask202601 } from '../../../src/lib/operations/update-sms-task.ts';
import { example, pathsIn, problemsIn, received, sent } from './judging.ts';

const change = (body: JsonObject) => ({ task_id: 'ef3b9722-07a0-40ae-89b0-889ee96dxxxx', body });
const EXAMPLE = {
  '2024-09': example('seed003.sms.UpdateTask.request.json'),
  '2026-01': example('seed004.sms.UpdateTask.request.json'),
};
const BOTH: [revision: string, Operation][] = [
  ['2024-09', updateSmsTask202409],
  ['2026-01', updateSmsTask202601],
];
const omittedBy = (operation: Operation, data: JsonObject) => operation.omit?.(data).omitted;

describe('the example of the manual', () => {
  it('goes out in 2024-09 with every field that it came with, in the same order', () => {
    const manual = change(EXAMPLE['2024-09']);
    expect(problemsIn(updateSmsTask202409, manual)).toEqual([]);
    expect(omittedBy(updateSmsTask202409, manual)).toEqual([]);
    expect(sent(updateSmsTask202409, manual)).toBe(JSON.stringify(EXAMPLE['2024-09']));
  });

  it('goes out in 2026-01 without the fields that left the API, and these are named', () => {
    const manual = change(EXAMPLE['2026-01']);
    expect(problemsIn(updateSmsTask202601, manual)).toEqual([]);
    const omitted = omittedBy(updateSmsTask202601, manual) ?? [];
    expect(omitted).toEqual(
      [
        ...['os_type', 'state', 'create_date', 'start_date', 'priority', 'migrate_speed', 'start_target_server'],
        ...['error_json', 'total_time', 'sub_tasks', 'source_server'],
      ].map((name) => `data.body.${name}`),
    );
    const keptFields = Object.entries(EXAMPLE['2026-01']).filter(([name]) => !omitted.includes(`data.body.${name}`));
    expect(sent(updateSmsTask202601, manual)).toBe(JSON.stringify(Object.fromEntries(keptFields)));
  });
});

describe('the body of an UpdateTask', () => {
  it('is what the typed SDK of the present sends', () => {
    const typed =
      '{"name":"MigrationTask","type":"MIGRATE_BLOCK","speed_limit":0,"target_server":{"id":"t1","vm_id":"","disks":[{"id":88008,"device_use":"OS","disk_id":"0","name":"Disk 1","size":42949672960,"os_disk":true,"partition_style":"MBR"}],"volume_groups":[]}}';
    expect(problemsIn(updateSmsTask202601, change(received(typed)))).toEqual([]);
    expect(sent(updateSmsTask202601, change(received(typed)))).toBe(typed);
  });

  it.each(BOTH)('may be empty in %s', (_revision, operation) => {
    expect(problemsIn(operation, change({}))).toEqual([]);
    expect(sent(operation, change({}))).toBe('{}');
    expect({ method: operation.method, path: operation.path(change({})) }).toEqual({
      method: 'PUT',
      path: '/v3/tasks/ef3b9722-07a0-40ae-89b0-889ee96dxxxx',
    });
    expect(operation.readBack.path(change({}))).toBe(operation.path(change({})));
  });

  it.each(BOTH)('keeps every digit of an int64 in %s', (_revision, operation) => {
    const json =
      '{"target_server":{"memory":9223372036854775807,"disks":[{"id":9007199254740993,"size":9007199254740991,"used_size":0}]}}';
    expect(problemsIn(operation, change(received(json)))).toEqual([]);
    expect(sent(operation, change(received(json)))).toBe(json);
  });

  it.each([
    ['2024-09', updateSmsTask202409, 'enterprise_project_id'],
    ['2026-01', updateSmsTask202601, 'enterprise_project'],
  ])('has in %s the enterprise project under the name of the revision, in its place', (_revision, operation, own) => {
    for (const name of ['enterprise_project_id', 'enterprise_project']) {
      const asked = change({ name: 'a', [name]: '0', speed_limit: 1 });
      expect(problemsIn(operation, asked)).toEqual([]);
      expect(sent(operation, asked)).toBe(`{"name":"a","${own}":"0","speed_limit":1}`);
    }
  });
});

describe('a field of the other revision', () => {
  it('is left out wherever it stands', () => {
    const networks = [{ mac: 'm' }, { mac: 'n', ipv6: '::1' }];
    const asked = change({ use_ipv6: true, target_server: { networks }, name: 'a' });
    expect(updateSmsTask202409.omit?.(asked)).toEqual({
      data: change({ target_server: { networks: [{ mac: 'm' }, { mac: 'n' }] }, name: 'a' }),
      omitted: ['data.body.use_ipv6', 'data.body.target_server.networks.1.ipv6'],
    });
    expect(updateSmsTask202601.omit?.(asked)).toEqual({ data: asked, omitted: [] });
  });

  it('is left out whatever it holds', () => {
    expect(omittedBy(updateSmsTask202601, change({ state: { nonsense: 1 } }))).toEqual(['data.body.state']);
    expect(problemsIn(updateSmsTask202601, change({ state: { nonsense: 1 } }))).toEqual([]);
  });

  it('is refused where neither revision knows it', () => {
    const asked = change({ source_server: { networks: [{ mac: 'm', ipv6: '::1' }] } });
    expect(pathsIn(updateSmsTask202409, asked)).toEqual(['data.body.source_server.networks.0.ipv6']);
  });

  it.each(BOTH)('is not mistaken in %s for a name that every object has', (_revision, operation) => {
    const hostile = received(
      '{"__proto__":{"name":"x"},"constructor":1,"hasOwnProperty":1,"target_server":{"__proto__":[],"valueOf":1}}',
    );
    const left = operation.omit?.(change(hostile));
    expect(left?.omitted).toEqual([]);
    expect(Object.getPrototypeOf(left?.data.body)).toBe(Object.prototype);
    expect(pathsIn(operation, change(hostile)).sort()).toEqual([
      'data.body.__proto__',
      'data.body.constructor',
      'data.body.hasOwnProperty',
      'data.body.target_server.__proto__',
      'data.body.target_server.valueOf',
    ]);
  });

  it.each(BOTH)('does not hide that the data of %s has another shape', (_revision, operation) => {
    for (const body of ['x', 5, [], [{ state: 'x' }]])
      expect(pathsIn(operation, { task_id: 't', body })).toEqual(['data.body']);
    expect(pathsIn(operation, change({ target_server: [] }))).toEqual(['data.body.target_server']);
    expect(pathsIn(operation, change({ target_server: { networks: {} } }))).toEqual([
      'data.body.target_server.networks',
    ]);
  });
});

describe('the reply to an UpdateTask', () => {
  it.each([
    [undefined, {}],
    [{}, {}],
    [{ id: null }, {}],
    [example('seed003.sms.UpdateTask.response.200.json'), { id: 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxx0001' }],
    [{ id: 'a', more: 1 }, { id: 'a' }],
  ])('%j is taken', (reply, pickReply) => {
    expect(updateSmsTask202601.pickReply(updateSmsTask202601.reply.parse(reply))).toEqual(pickReply);
  });

  it.each([['done'], [[]], [null], [{ id: 5 }]])('%j says nothing', (reply) => {
    expect(updateSmsTask202601.reply.safeParse(reply).success).toBe(false);
  });
});

describe('reading back an UpdateTask', () => {
  const verdict = (task: unknown, body: JsonObject) => {
    const { snapshot, reply, verdict } = updateSmsTask202601.readBack;
    return verdict(snapshot(reply.parse(task), change(body)), change(body), undefined);
  };
  const disk = (members: object) => ({ target_server: { disks: [members] } }) as JsonObject;

  it.each([
    ['a name', { name: 'a' }, { name: 'a' }, 'applied'],
    ['another name', { name: 'a' }, { name: 'b' }, 'not-applied'],
    ['no name', { name: 'a' }, {}, 'cannot-tell'],
    ['null', { name: 'a' }, { name: null }, 'cannot-tell'],
    ['one of two', { name: 'a', speed_limit: 5 }, { name: 'a' }, 'cannot-tell'],
    ['one of two, and it differs', { name: 'a', speed_limit: 5 }, { name: 'b' }, 'not-applied'],
    ['two of two', { name: 'a', speed_limit: 0 }, { name: 'a', speed_limit: 0 }, 'applied'],
    ['a number as text', { speed_limit: 5 }, { speed_limit: '5' }, 'applied'],
    ['another number', { speed_limit: 5 }, { speed_limit: 50 }, 'not-applied'],
    ['its own name of the enterprise project', { enterprise_project: 'e' }, { enterprise_project_id: 'e' }, 'applied'],
    ['another enterprise project', { enterprise_project: 'e' }, { enterprise_project_id: 'f' }, 'not-applied'],
    ['nothing that could be compared', { use_ipv6: true }, { name: 'a' }, 'cannot-tell'],
    ['a task for an empty change', {}, { name: 'a' }, 'cannot-tell'],
    ['something for an empty text', { vm_template_id: '' }, { vm_template_id: 'x' }, 'cannot-tell'],
    ['a nested value', disk({ id: 1, size: 5 }), disk({ id: 1, size: 5 }), 'applied'],
    ['a nested value that differs', disk({ id: 1, size: 5 }), disk({ id: 1, size: 6 }), 'not-applied'],
    [
      'an int64 as text',
      disk({ id: 1, size: 2n ** 63n - 1n }),
      disk({ id: 1, size: '9223372036854775807' }),
      'applied',
    ],
    ['an int64 one off', disk({ id: 1, size: 2n ** 63n - 1n }), disk({ id: 1, size: 2n ** 63n - 2n }), 'not-applied'],
    ['no such disk', disk({ id: 1, size: 5 }), disk({ id: 2, size: 5 }), 'cannot-tell'],
    ['a disk without a list', disk({ id: 1, size: 5 }), { target_server: { disks: 'many' } }, 'cannot-tell'],
    ['a disk whose id is no number', disk({ id: 1, size: 5 }), disk({ id: { toString: 1 }, size: 6 }), 'cannot-tell'],
    ['a used size', disk({ id: 1, used_size: 5 }), disk({ id: 1, used_size: 6 }), 'applied'],
    ['a disk that has no id', disk({ size: 5 }), disk({ size: 6 }), 'cannot-tell'],
    [
      'the name of a member that all objects have',
      { name: 'a' },
      JSON.parse('{"__proto__":{"name":"a"}}'),
      'cannot-tell',
    ],
  ] as [string, JsonObject, JsonObject, string][])('showing %s', (_title, body, task, expected) => {
    expect(verdict(task, body)).toBe(expected);
  });

  it('finds a disk wherever it is shown', () => {
    const sent = {
      target_server: {
        disks: [
          { id: 1, name: 'a' },
          { id: 2, name: 'b' },
        ],
      },
    };
    const shown = { target_server: { disks: [{ id: 3 }, { id: '2', name: 'b' }, { id: 1, name: 'a' }] } };
    expect(verdict(shown, sent)).toBe('applied');
    shown.target_server.disks.pop();
    expect(verdict(shown, sent)).toBe('cannot-tell');
  });

  it('compares nothing that moves by itself or comes back in another form', () => {
    const body = { name: 'a', exist_server: true, snapshot_ids: 's', target_server: { btrfs_list: [{ name: 'x' }] } };
    expect(verdict({ name: 'a', target_server: { btrfs_list: ['y'] } }, body)).toBe('applied');
    expect(updateSmsTask202601.readBack.unverifiable(change(body))).toEqual([
      'data.body.exist_server',
      'data.body.snapshot_ids',
      'data.body.target_server.btrfs_list',
    ]);
    const running = { name: 'a', state: 'RUNNING', source_server: {}, sub_tasks: [], migrate_speed: 1, create_date: 1 };
    expect(updateSmsTask202409.readBack.unverifiable(change(running))).toEqual(
      ['state', 'source_server', 'sub_tasks', 'migrate_speed', 'create_date'].map((name) => `data.body.${name}`),
    );
  });

  it('compares every value that a task shows, and names all others as unseen', () => {
    const plain = ['name', 'type', 'speed_limit', 'region_id', 'region_name', 'project_id', 'project_name'];
    const top = [...plain, 'migration_ip', 'vm_template_id', 'enterprise_project_id'];
    const server = ['id', 'vm_id', 'name', 'ip', 'os_type', 'os_version', 'system_dir', 'image_disk_id'];
    const disk = ['device_use', 'disk_id', 'name', 'size', 'disk_index', 'os_disk', 'partition_style', 'id'];
    const volume = ['id', 'device_use', 'file_system', 'index', 'mount_point', 'name', 'size', 'uuid'];
    const logical = ['file_system', 'device_use', 'mount_point', 'name', 'size'];
    const of = (names: string[]) => Object.fromEntries([...names, 'unshown'].map((name) => [name, `the ${name}`]));
    const physical_volumes = [of(volume)];
    const logical_volumes = [of(logical)];
    const body = {
      ...of(top),
      target_server: {
        ...of([...server, 'cutovered_snapshot_ids']),
        disks: [{ ...of([...disk, 'relation_name']), physical_volumes }],
        volume_groups: [{ ...of(['components', 'name', 'size']), logical_volumes }],
      },
    };
    const below = 'data.body.target_server';
    const paths: [at: string, names: string[]][] = [
      ['data.body', top],
      [below, [...server, 'cutovered_snapshot_ids']],
      [`${below}.disks.0`, [...disk, 'relation_name']],
      [`${below}.disks.0.physical_volumes.0`, volume],
      [`${below}.volume_groups.0`, ['components', 'name', 'size']],
      [`${below}.volume_groups.0.logical_volumes.0`, logical],
    ];
    const shown = paths.flatMap(([at, names]) => names.map((name) => [`${at}.${name}`, `the ${name}`]));
    const { snapshot, unverifiable } = updateSmsTask202409.readBack;
    expect(snapshot(body, change(body))).toEqual(Object.fromEntries(shown));
    expect(unverifiable(change(body)).sort()).toEqual(paths.map(([at]) => `${at}.unshown`).sort());
  });

  it.each([
    [{ enterprise_project: 'e' }, { enterprise_project: 'e' }, 'cannot-tell'],
    [{ target_server: {} }, { target_server: {} }, 'cannot-tell'],
    [{ target_server: { disks: [] } }, { target_server: { disks: [] } }, 'cannot-tell'],
    [{ target_server: { name: 'a' } }, { target_server: null }, 'cannot-tell'],
    [{ target_server: { name: 'a' } }, { target_server: [{ name: 'a' }] }, 'cannot-tell'],
    [disk({ id: 1, os_disk: true }), disk({ id: 1, os_disk: true }), 'applied'],
    [disk({ id: 1, os_disk: true }), disk({ id: 1, os_disk: false }), 'not-applied'],
    [disk({ id: 1, os_disk: true }), disk({ id: 1, os_disk: 'true' }), 'cannot-tell'],
    [disk({ id: 1, os_disk: true }), disk({ id: 1, os_disk: 'false' }), 'not-applied'],
    [disk({ id: 1, name: 'a' }), disk({ id: 1, name: { a: 1 } }), 'cannot-tell'],
    [{ speed_limit: 5 }, { speed_limit: [5] }, 'cannot-tell'],
    [{ speed_limit: 5 }, { speed_limit: 5n }, 'applied'],
    [{ name: '5' }, { name: 5 }, 'cannot-tell'],
    // The service may show a value in its own form, which is neither proof.
    [{ migration_ip: 'FD00:0:0:0:0:0:0:1' }, { migration_ip: 'fd00::1' }, 'cannot-tell'],
    [{ migration_ip: 'fd00::1' }, { migration_ip: 'fd00::2' }, 'not-applied'],
    [{ migration_ip: '10.0.0.1' }, { migration_ip: '10.0.0.2' }, 'not-applied'],
    [{ region_id: 'EU-DE' }, { region_id: 'eu-de ' }, 'cannot-tell'],
    [{ project_name: 'caf\u00e9' }, { project_name: 'cafe\u0301' }, 'cannot-tell'],
    [{ region_id: 'EU-DE', name: 'a' }, { region_id: 'eu-de', name: 'b' }, 'not-applied'],
    [{ region_name: '::' }, { region_name: ':' }, 'not-applied'],
  ] as [JsonObject, unknown, string][])('of %o in %o says %s', (body, task, expected) => {
    expect(verdict(task, body)).toBe(expected);
  });

  it('says of what has no place in a reading that it is unseen', () => {
    const { unverifiable } = updateSmsTask202601.readBack;
    expect(unverifiable(change({ vm_template_id: '', target_server: { disks: [] } }))).toEqual([
      'data.body.vm_template_id',
      'data.body.target_server.disks',
    ]);
    expect(unverifiable(change({ target_server: { disks: [{ name: 'no id' }, { id: 1, name: 'a' }] } }))).toEqual([
      'data.body.target_server.disks.0',
    ]);
    expect(unverifiable(change({ target_server: {}, toString: 'x' } as JsonObject))).toEqual(['data.body.toString']);
  });

  it('remembers only the shown values of what was sent', () => {
    const body = { name: 'a', target_server: { disks: [{ id: 1, name: 'd' }] } };
    const task = { name: 'b', state: 'RUNNING', target_server: { id: 't', disks: [{ id: 1, name: 'e', size: 1 }] } };
    expect(updateSmsTask202601.readBack.snapshot(task, change(body))).toEqual({
      'data.body.name': 'b',
      'data.body.target_server.disks.0.id': 1,
      'data.body.target_server.disks.0.name': 'e',
    });
  });

  it('stays quick for lists as long as a change can carry', () => {
    const disks = Array.from({ length: 20_000 }, (_, id) => ({ id }));
    const start = performance.now();
    expect(verdict({ target_server: { disks } }, { target_server: { disks } })).toBe('applied');
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
