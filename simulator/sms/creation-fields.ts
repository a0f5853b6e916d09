import { isIP } from 'node:net';
import { decimal, flag, INT32, integer, list, members, oneOf, type Rule, text, ValidationError } from '../rules.ts';
import { btrfs, logicalVolume, NAME_AND_TYPE, texts } from './update-fields.ts';

// The field tables of SMS CreateTask. They differ from those of UpdateTask in limits and words.

const MAX_PARTS = 50;

const physicalVolume = members({
  ...texts('device_use', 'file_system', 'mount_point', 'name', 'uuid'),
  index: integer(INT32),
  size: integer(),
  inode_size: integer(),
  used_size: integer(),
});

const disk = members({
  ...texts('disk_id', 'name'),
  device_use: oneOf('NORMAL', 'OS', 'BOOT'),
  physical_volumes: list(physicalVolume, MAX_PARTS),
  size: integer(),
  used_size: integer(),
});

const volumeGroup = members({
  ...texts('components', 'name'),
  free_size: integer(),
  logical_volumes: list(members(logicalVolume), MAX_PARTS),
  size: integer(),
});

const target: Record<string, Rule> = {
  ...texts('name', 'vm_id'),
  btrfs_list: list(members(btrfs)),
  disks: list(disk, MAX_PARTS),
  volume_groups: list(volumeGroup, MAX_PARTS),
};

const FLAGS = [
  'start_target_server',
  'auto_start',
  'use_public_ip',
  'use_ipv6',
  'syncing',
  'exist_server',
  'start_network_check',
  'is_need_consistency_check',
  'need_migration_test',
];

const address: Rule = (value, path) => {
  text()(value, path);
  if (value !== '' && !isIP(String(value))) throw new ValidationError('range', path);
};

/** The fields of CreateTask. A target that is made from a template needs neither id nor name (Terraform's live test). */
export const newTaskFields = (hasTemplate: boolean): Record<string, Rule> => ({
  ...NAME_AND_TYPE,
  ...texts('region_name', 'region_id', 'project_name', 'project_id'),
  ...Object.fromEntries(FLAGS.map((name) => [name, flag])),
  migration_ip: address,
  os_type: oneOf('WINDOWS', 'LINUX'),
  source_server: members({ id: text() }, ['id']),
  target_server: members(target, hasTemplate ? [] : ['vm_id', 'name']),
  priority: integer(65_535n),
  vm_template_id: text(100),
  clonevm_template_id: text(100),
  speed_limit: integer(1000n),
  over_speed_threshold: decimal(100, 10),
});

export const REQUIRED = [
  'name',
  'type',
  'source_server',
  'target_server',
  'region_name',
  'region_id',
  'project_name',
  'project_id',
];

/** The codes of the error table that name a field of CreateTask. */
export const FIELD_CODES = {
  os_type: 'SMS.6601',
  migration_ip: 'SMS.6602',
  'source_server.id': 'SMS.6030',
  target_server: 'SMS.6031',
  'target_server.vm_id': 'SMS.6032',
  region_name: 'SMS.6034',
  region_id: 'SMS.7725',
  project_id: 'SMS.7724',
};
