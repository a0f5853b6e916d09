import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json/exact-json.ts';
import type { Operation } from '../../../src/lib/operations/operation.ts';
import { updateSmsTask202409, updateSmsTask202601 } from '../../../src/lib/operations/update-sms-task.ts';
import { pathsIn, problemsIn, received } from './judging.ts';

// The manuals' own field tables drive this file: every field of every object in both revisions is tried at the edges
// of its limits, one beyond them, and with values of other types.

interface Row {
  name: string;
  type: string;
  lim: string;
}
const seeds = JSON.parse(readFileSync('test/fixtures/fields.json', 'utf8')) as Record<string, Record<string, Row[]>>;

type Wrap = (object: JsonObject) => JsonObject;
const target =
  (name: string): Wrap =>
  (object) => ({ target_server: { [name]: [object] } });
const DISK = { name: 'd', device_use: 'OS', size: 1, used_size: 1, physical_volumes: [] };

/** Where an object stands in a body, and what it needs beside the field that is tried. */
const PLACES: Record<string, { path: string; wrap: Wrap; needs?: JsonObject }> = {
  PutTaskReq: { path: '', wrap: (object) => object },
  TargetServer: { path: '.target_server', wrap: (object) => ({ target_server: object }) },
  TargetDisk: { path: '.target_server.disks.0', wrap: target('disks') },
  TargetPhysicalVolumes: {
    path: '.target_server.disks.0.physical_volumes.0',
    wrap: (object) => target('disks')({ physical_volumes: [object] }),
  },
  VolumeGroups: { path: '.target_server.volume_groups.0', wrap: target('volume_groups') },
  LogicalVolumes: {
    path: '.target_server.volume_groups.0.logical_volumes.0',
    wrap: (object) => target('volume_groups')({ logical_volumes: [object] }),
  },
  BtrfsFileSystem: { path: '.target_server.btrfs_list.0', wrap: target('btrfs_list') },
  BtrfsSubvolumn: {
    path: '.target_server.btrfs_list.0.subvolumn.0',
    wrap: (object) => target('btrfs_list')({ subvolumn: [object] }),
  },
  NetWork: { path: '.target_server.networks.0', wrap: target('networks'), needs: { mac: 'm' } },
  CloneServer: { path: '.clone_server', wrap: (object) => ({ clone_server: object }) },
  PostSourceServerBody: { path: '.source_server', wrap: (object) => ({ source_server: object }) },
  ServerDisk: {
    path: '.source_server.disks.0',
    wrap: (object) => ({ source_server: { disks: [object] } }),
    needs: DISK,
  },
  PhysicalVolume: {
    path: '.source_server.disks.0.physical_volumes.0',
    wrap: (object) => ({ source_server: { disks: [{ ...DISK, physical_volumes: [object] }] } }),
  },
  SubTask: { path: '.sub_tasks.0', wrap: (object) => ({ sub_tasks: [object] }), needs: { progress: 0 } },
};

const OS_TYPE = ['WINDOWS', 'LINUX'];
const FIRMWARE = ['BIOS', 'UEFI'];
const LOADER = ['GRUB', 'LILO'];
const PARTITIONS = ['MBR', 'GPT'];
const USES = ['NORMAL', 'OS', 'BOOT'];

/** The closed lists; every other text is free within its length. */
const WORDS: Record<string, string[]> = {
  'PutTaskReq.type': ['MIGRATE_FILE', 'MIGRATE_BLOCK'],
  'PutTaskReq.os_type': OS_TYPE,
  'TargetServer.os_type': OS_TYPE,
  'TargetServer.firmware': FIRMWARE,
  'TargetServer.boot_loader': LOADER,
  'TargetDisk.device_use': USES,
  'TargetDisk.partition_style': PARTITIONS,
  'TargetPhysicalVolumes.device_use': USES,
  'seed004.CloneServer.clone_state': ['NOT_READY', 'READY', 'PREPARING', 'CREATING', 'ERROR', 'FINISHED'],
  'PostSourceServerBody.os_type': OS_TYPE,
  'PostSourceServerBody.firmware': FIRMWARE,
  'PostSourceServerBody.boot_loader': LOADER,
  'PostSourceServerBody.migration_cycle': [
    ...['cutovering', 'cutovered', 'checking', 'setting', 'replicating', 'syncing'],
  ],
  'PostSourceServerBody.state': [
    ...['unavailable', 'waiting', 'initialize', 'replicate', 'syncing', 'stopping', 'stopped', 'deleting', 'error'],
    ...['cloning', 'cutovering', 'finished', 'skipping', 'clearing', 'cleared', 'clearfailed', 'premigready'],
    ...['premiged', 'premigfailed'],
  ],
  'PostSourceServerBody.start_type': ['MANUAL', 'MGC', ''],
  'ServerDisk.partition_style': PARTITIONS,
  'ServerDisk.device_use': ['BOOT', 'OS'],
};

/** Values to take where a rule stands beside the length. */
const FITTING: Record<string, { good: string[] }> = {
  'seed004.PutTaskReq.migration_ip': { good: ['', '10.0.0.1'] },
  'seed004.PutTaskReq.target_disk_ids': { good: ['', `${'x'.repeat(255)} `.repeat(64)] },
  'seed004.NetWork.mac': { good: ['m', 'm'.repeat(255)] },
};

interface Field {
  title: string;
  /** The path that a refusal must name. */
  path: string;
  change: (value: unknown) => JsonObject;
  good: unknown[];
  bad: unknown[];
}

const limits = (lim: string, min: bigint, max: bigint): [bigint, bigint] => {
  const [from, to] = lim.replace('items ', '').split('–');
  return from && to
    ? [BigInt(Number.parseInt(from, 10)), BigInt(Number.parseInt(to, 10) > 2 ** 53 ? max : to.replace('.0', ''))]
    : [min, max];
};

/** A number as the parser gives it. */
const parsed = (digits: bigint) => received(`{"it":${digits}}`).it;

function texts(lim: string): Pick<Field, 'good' | 'bad'> {
  const [min, max] = limits(lim, 0n, 255n).map(Number) as [number, number];
  const good = ['x'.repeat(min), 'x'.repeat(max)];
  return { good, bad: ['x'.repeat(max + 1), ...(min > 0 ? [''] : []), 5, true, [], {}, `\ud800`] };
}

function wholes(lim: string): Pick<Field, 'good' | 'bad'> {
  const [min, max] = limits(lim, 0n, 9_223_372_036_854_775_807n);
  const beyond = [parsed(min - 1n), parsed(max + 1n)];
  return { good: [parsed(min), parsed(max)], bad: [...beyond, 0.5, '1', true, [], {}, received('{"it":1e400}').it] };
}

function decimals(lim: string): Pick<Field, 'good' | 'bad'> {
  const [min, max] = limits(lim, 0n, 10_000n).map(Number) as [number, number];
  return {
    good: [min, 0.5, max],
    bad: [min - 0.1, max + 0.1, '1', true, Number.NaN, received('{"it":0.30000000000000004440892098500626}').it],
  };
}

function lists(lim: string, type: string): Pick<Field, 'good' | 'bad'> {
  const [, max] = limits(lim, 0n, 65_535n).map(Number) as [number, number];
  const element = PLACES[type.split(' ')[2] ?? '']?.needs ?? {};
  return { good: [[], Array(max).fill(element)], bad: [Array(max + 1).fill(element), {}, 'x', 1] };
}

const words = (list: string[]) => ({
  good: list,
  bad: ['NO SUCH WORD', list[0]?.toLowerCase() === list[0] ? 'SYNCING' : 'os', 5, {}],
});

function valuesOf({ type, lim }: Row, key: string, seed: string): Pick<Field, 'good' | 'bad'> {
  const list = WORDS[key] ?? WORDS[`${seed}.${key}`];
  if (list) return words(list);
  if (type === 'String') return { ...texts(lim), ...FITTING[`${seed}.${key}`] };
  if (type === 'Boolean') return { good: [true, false], bad: ['true', 0, 1, {}] };
  if (type === 'Double') return decimals(lim);
  if (type.startsWith('Array')) return lists(lim, type);
  return type.endsWith('object') ? { good: [{}], bad: [[], 'x', 5] } : wholes(lim);
}

function fieldsOf(seed: string): Field[] {
  return Object.entries(PLACES).flatMap(([object, { path, wrap, needs }]) =>
    (seeds[seed]?.[object] ?? []).map((row) => ({
      title: `${object}.${row.name}`,
      path: `data.body${path}.${row.name}`,
      change: (value: unknown) => ({ task_id: 't', body: wrap({ ...needs, [row.name]: value } as JsonObject) }),
      ...valuesOf(row, `${object}.${row.name}`, seed),
    })),
  );
}

const REVISIONS: [seed: string, Operation, fields: number][] = [
  ['seed003', updateSmsTask202409, 189],
  ['seed004', updateSmsTask202601, 119],
];

describe.each(REVISIONS)('a body of %s', (seed, operation, count) => {
  const fields = fieldsOf(seed);

  it('has every field of the manual', () => {
    expect(fields.length).toBe(count);
  });

  it.each(fields.map((field) => [field.title, field] as const))('takes %s up to its limits', (_title, field) => {
    for (const value of field.good) expect(problemsIn(operation, field.change(value))).toEqual([]);
  });

  it.each(fields.map((field) => [field.title, field] as const))('refuses %s beyond them', (_title, field) => {
    for (const value of field.bad) {
      const paths = pathsIn(operation, field.change(value));
      expect(paths.length, JSON.stringify(String(value)).slice(0, 40)).toBeGreaterThan(0);
      for (const path of paths) expect(path === field.path || path.startsWith(`${field.path}.`)).toBe(true);
    }
  });

  it.each(Object.entries(PLACES).filter(([object]) => seeds[seed]?.[object]))(
    'refuses an unknown field and an absent list element in %s',
    (_object, { path, wrap, needs }) => {
      const body = (names: JsonObject) => ({ task_id: 't', body: wrap({ ...needs, ...names }) });
      expect(pathsIn(operation, body({ bogus: 1 }))).toEqual([`data.body${path}.bogus`]);
      for (const name of ['__proto__', 'constructor', 'toString'])
        expect(pathsIn(operation, body({ [name]: 1 }))).toEqual([`data.body${path}.${name}`]);
    },
  );
});

describe('what both revisions agree on', () => {
  const both: [string, Operation][] = [
    ['2024-09', updateSmsTask202409],
    ['2026-01', updateSmsTask202601],
  ];
  const body = (members: JsonObject) => ({ task_id: 't', body: members });

  it.each(both)('%s counts characters as its sender does', (_revision, operation) => {
    expect(problemsIn(operation, body({ region_name: '🚚'.repeat(255) }))).toEqual([]);
    expect(problemsIn(operation, body({ region_name: '🚚'.repeat(256) }))).toEqual([
      'data.body.region_name: must be 0 to 255 characters long',
    ]);
  });

  it.each(both)('%s needs of a network only the mac', (_revision, operation) => {
    expect(pathsIn(operation, body({ target_server: { networks: [{ name: 'eth0' }] } }))).toEqual([
      'data.body.target_server.networks.0.mac',
    ]);
  });

  it.each(both)('%s refuses null as an element of a list', (_revision, operation) => {
    expect(pathsIn(operation, body({ target_server: { disks: [{}, null] } }))).toEqual([
      'data.body.target_server.disks.1',
    ]);
  });

  it.each(both)('%s takes the task ids of the manual', (_revision, operation) => {
    for (const task_id of ['ef3b9722-07a0-40ae-89b0-889ee96dxxxx', 'a', 'A'.repeat(36)])
      expect(problemsIn(operation, { task_id, body: {} })).toEqual([]);
  });

  it.each(both)('%s takes no project beside the task', (_revision, operation) => {
    expect(pathsIn(operation, { project_id: 'p', task_id: 't', body: {} })).toEqual(['data.project_id']);
  });
});

describe('what the revisions differ in', () => {
  const body = (members: JsonObject) => ({ task_id: 't', body: members });

  it('2024-09 needs what seed 003 alone describes: the progress of a sub-task and five fields of a disk of the source', () => {
    expect(pathsIn(updateSmsTask202409, body({ sub_tasks: [{}] }))).toEqual(['data.body.sub_tasks.0.progress']);
    expect(pathsIn(updateSmsTask202409, body({ source_server: { disks: [{}] } }))).toEqual(
      Object.keys(DISK).map((name) => `data.body.source_server.disks.0.${name}`),
    );
  });

  it('2026-01 takes names of letters, digits, _, - and Chinese characters', () => {
    for (const name of ['a', 'A_z-09', '迁移任务', '𠀀'.repeat(64)])
      expect(problemsIn(updateSmsTask202601, body({ name }))).toEqual([]);
    const message = 'must be 1 to 64 letters of A-Z a-z, digits, _, - or Chinese characters';
    for (const name of ['', 'a b', 'a.b', 'ü', 'a\n', '迁移，', '𠀀'.repeat(65), '\ud840'])
      expect(problemsIn(updateSmsTask202601, body({ name }))).toEqual([`data.body.name: ${message}`]);
    expect(problemsIn(updateSmsTask202601, body({ name: 5 }))).toEqual(['data.body.name: must be text']);
  });

  it('2024-09 takes any name of up to 255 characters', () => {
    for (const name of ['', 'db.prod 01', 'ü', '𠀀'.repeat(255)])
      expect(problemsIn(updateSmsTask202409, body({ name }))).toEqual([]);
    expect(pathsIn(updateSmsTask202409, body({ name: '𠀀'.repeat(256) }))).toEqual(['data.body.name']);
  });

  it.each([
    [updateSmsTask202409, [`${'A'.repeat(254)}_`], ['', 'A'.repeat(256), 'a.b', '..', 'a/b', 'a%2fb', 'a b', 'ü']],
    [updateSmsTask202601, ['A'.repeat(36)], ['', 'A'.repeat(37), 'a_b', '..', 'a/b', 'ü']],
  ])('%# takes task ids as long as its manual says, and no sign that could change the path', (operation, good, bad) => {
    for (const task_id of good) {
      expect(problemsIn(operation, { task_id, body: {} })).toEqual([]);
      expect(operation.path({ task_id, body: {} })).toBe(`/v3/tasks/${task_id}`);
    }
    for (const task_id of bad) expect(pathsIn(operation, { task_id, body: {} })).toEqual(['data.task_id']);
  });

  it('2026-01 wants a mac in the first network, 2024-09 does not', () => {
    const networks = (...macs: string[]) => body({ target_server: { networks: macs.map((mac) => ({ mac })) } });
    expect(problemsIn(updateSmsTask202409, networks(''))).toEqual([]);
    expect(problemsIn(updateSmsTask202601, networks('m', ''))).toEqual([]);
    expect(problemsIn(updateSmsTask202601, networks())).toEqual([]);
    expect(problemsIn(updateSmsTask202601, networks('', 'm'))).toEqual([
      'data.body.target_server.networks.0.mac: must not be empty in the first network',
    ]);
  });

  it.each([
    ['10.0.0.1', undefined, true],
    ['10.0.0.1', false, true],
    ['10.0.0.1', true, false],
    ['2001:db8::1', undefined, true],
    ['2001:db8::1', false, false],
    ['2001:db8::1', true, true],
    ['', true, true],
    ['', undefined, true],
    ['example.com', undefined, false],
    ['10.0.0.256', false, false],
  ])('2026-01 with migration_ip %j and use_ipv6 %s: %s', (migration_ip, use_ipv6, good) => {
    const change = body({ migration_ip, ...(use_ipv6 !== undefined && { use_ipv6 }) });
    const message = 'must be an IPv6 address if use_ipv6 is true, an IPv4 address if it is false, or empty';
    expect(problemsIn(updateSmsTask202601, change)).toEqual(good ? [] : [`data.body.migration_ip: ${message}`]);
    expect(problemsIn(updateSmsTask202409, change)).toEqual([]);
  });

  it('2026-01 takes disk ids with a blank between them, each as long as an id may be', () => {
    const ids = (target_disk_ids: string) => pathsIn(updateSmsTask202601, body({ target_disk_ids }));
    expect([ids(''), ids('a b'), ids(`${'a'.repeat(255)} ${'b'.repeat(255)}`)]).toEqual([[], [], []]);
    expect([ids('😀'.repeat(255)), ids(`a ${'😀'.repeat(255)}`)]).toEqual([[], []]);
    const beyond = ['b'.repeat(256), `a ${'b'.repeat(256)}`, '😀'.repeat(256), `${'b'.repeat(256)} a`];
    expect(beyond.map(ids)).toEqual(beyond.map(() => ['data.body.target_disk_ids']));
    expect(problemsIn(updateSmsTask202601, body({ target_disk_ids: 'b'.repeat(256) }))).toEqual([
      'data.body.target_disk_ids: must be ids of at most 255 characters, separated by blanks',
    ]);
  });

  it.each([
    [updateSmsTask202409, 'x'.repeat(255), ['', 'x'.repeat(256)]],
    [updateSmsTask202601, 'x'.repeat(36), ['x'.repeat(37)]],
  ])('%# limits the enterprise project under either name', (operation, good, bad) => {
    for (const name of ['enterprise_project', 'enterprise_project_id']) {
      expect(problemsIn(operation, body({ [name]: good }))).toEqual([]);
      for (const value of bad) expect(pathsIn(operation, body({ [name]: value }))).toEqual([`data.body.${name}`]);
    }
    expect(problemsIn(operation, body({ enterprise_project: 'x', enterprise_project_id: 'x' }))).toEqual([
      'data.body.enterprise_project: must not be given together with enterprise_project_id',
    ]);
  });
});
