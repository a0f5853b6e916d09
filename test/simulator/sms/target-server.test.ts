import { describe, expect, it } from 'vitest';
import { start } from '../calling.ts';

const SOURCE = 'source-1';
const GIB = 1_073_741_824;
const region = { region_name: 'r', region_id: 'r', project_name: 'p', project_id: 'p' };
const stem = { name: 'web-01', type: 'MIGRATE_FILE', ...region, source_server: { id: SOURCE } };

/** What the simulator answers to a task with this target: a code, or nothing if it takes the task. */
const codeOf = async (target: object, more: object = {}) => {
  const { signed } = await start({ sources: { sms: [{ source_id: SOURCE }] } });
  const target_server = { vm_id: 'v', name: 'web-01-new', ...target };
  return (await signed({ method: 'POST', path: '/v3/tasks', body: { ...stem, target_server, ...more } })).body
    .error_code;
};
const disk = (size: number | null, ...physical_volumes: object[]) => ({
  disks: [{ disk_id: 'd', size, physical_volumes }],
});
const group = (size: number | undefined, ...logical_volumes: object[]) => ({
  volume_groups: [{ size, logical_volumes }],
});

describe('the target of CreateTask', () => {
  it.each([
    ['a partition below its used space', disk(9 * GIB, { size: GIB, used_size: GIB + 1 }), 'SMS.6538'],
    ['a volume below its used space', group(9 * GIB, { size: GIB, used_size: GIB + 1 }), 'SMS.6538'],
    ['a disk below its partitions', disk(3 * GIB, { size: 2 * GIB }, { size: 2 * GIB }), 'SMS.6539'],
    ['a disk that its partitions fill', disk(4 * GIB, { size: 2 * GIB }, { size: 2 * GIB }), 'SMS.6614'],
    ['a volume group below its volumes', group(3 * GIB, { size: 2 * GIB }, { size: 2 * GIB }), 'SMS.6541'],
    ['a partition that is no whole number of MB', disk(9 * GIB, { size: GIB + 1 }), 'SMS.6612'],
    ['an existing disk without its id', { disks: [{ size: GIB }] }, 'SMS.6103'],
  ])('is refused with %s', async (_what, target, code) => {
    expect(await codeOf(target)).toBe(code);
  });

  it.each([
    ['parts that fit', { ...disk(5 * GIB, { size: 4 * GIB, used_size: GIB }), ...group(GIB, { size: GIB }) }],
    ['parts without a size', { ...disk(null, { used_size: GIB }), ...group(undefined, { size: GIB }) }],
    ['a disk without partitions', disk(0)],
  ])('is taken with %s', async (_what, target) => {
    expect(await codeOf(target)).toBeUndefined();
  });

  it('needs no disk ids if it is made from a template', async () => {
    expect(await codeOf({ disks: [{ size: GIB }] }, { vm_template_id: 't' })).toBeUndefined();
  });
});
