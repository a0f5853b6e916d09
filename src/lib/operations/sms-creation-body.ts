import * as z from 'zod';
import { rule } from '../json/rule.ts';
import { decimal, flag, int64, integer, line, list, MAX_COUNT, members, oneOf, pathId, text } from './fields.ts';
import { OsType } from './sms-server-body.ts';
import { btrfsFileSystem, volumeGroups } from './sms-storage-body.ts';
import { TaskName } from './sms-task-body.ts';

const MAX_DISKS = 50;

/** What CreateTask takes, with the manual's names. */
export function creationBody() {
  const Volume = members({
    device_use: line,
    file_system: line,
    index: integer(),
    mount_point: line,
    name: line,
    size: int64,
    inode_size: int64,
    used_size: int64,
    uuid: line,
  });
  const Disk = members({
    device_use: oneOf('NORMAL', 'OS', 'BOOT'),
    disk_id: line,
    name: line,
    physical_volumes: list(Volume, MAX_DISKS),
    size: int64,
    used_size: int64,
  });
  const Target = members({
    btrfs_list: list(btrfsFileSystem(), MAX_COUNT),
    disks: list(Disk, MAX_DISKS),
    name: line,
    vm_id: line,
    volume_groups: volumeGroups(MAX_DISKS, MAX_DISKS),
  });

  return z
    .strictObject({
      name: TaskName,
      type: oneOf('MIGRATE_FILE', 'MIGRATE_BLOCK'),
      source_server: z.strictObject({ id: pathId(64) }),
      target_server: Target,
      region_name: line,
      region_id: line,
      project_name: line,
      project_id: line,
      start_target_server: flag.optional(),
      auto_start: flag.optional(),
      os_type: OsType.optional(),
      migration_ip: line.optional(),
      priority: integer(MAX_COUNT).optional(),
      vm_template_id: text(100).optional(),
      clonevm_template_id: text(100).optional(),
      use_public_ip: flag.optional(),
      use_ipv6: flag.optional(),
      syncing: flag.optional(),
      exist_server: flag.optional(),
      start_network_check: flag.optional(),
      speed_limit: integer(1000).optional(),
      over_speed_threshold: decimal(100, 10).optional(),
      is_need_consistency_check: flag.optional(),
      need_migration_test: flag.optional(),
    })
    .refine(
      ({ target_server: { name, vm_id }, vm_template_id }) => Boolean(vm_template_id) || (name && vm_id),
      rule('target-or-template', 'must have name and vm_id, unless vm_template_id is given', ['target_server']),
    );
}
