import { flag, INT32, INT64, integer, list, matching, members, oneOf, type Rule, text } from '../rules.ts';
import type { Settings } from '../settings.ts';

// The field tables of SMS UpdateTask in both revisions of the manual. Where they differ, the wider limit counts in 2024-09.
// Only NetWork.mac is required (2026-01), because the manual's own example lacks fields that 2024-09 calls mandatory.

const volume = {
  id: integer(),
  device_use: oneOf('NORMAL', 'OS', 'BOOT'),
  file_system: text(),
  index: integer(INT32),
  mount_point: text(),
  name: text(),
  size: integer(),
  used_size: integer(),
  uuid: text(),
  relation_name: text(),
  free_size: integer(),
};

const disk = {
  id: integer(),
  device_use: oneOf('NORMAL', 'OS', 'BOOT'),
  disk_id: text(),
  name: text(),
  physical_volumes: list(members(volume)),
  size: integer(),
  used_size: integer(),
  disk_index: text(),
  os_disk: flag,
  partition_style: oneOf('MBR', 'GPT'),
  relation_name: text(),
};

export const logicalVolume = {
  block_count: integer(INT32),
  block_size: integer(1_048_576n),
  file_system: text(),
  inode_size: integer(INT32),
  inode_nums: integer(),
  device_use: text(),
  mount_point: text(256),
  name: text(1024),
  size: integer(),
  used_size: integer(),
  free_size: integer(),
};

/** Rules for members that are texts of up to 255 characters. */
export const texts = (...names: string[]): Record<string, Rule> =>
  Object.fromEntries(names.map((name) => [name, text()]));

export const btrfs = {
  ...texts('name', 'label', 'uuid', 'device', 'data_profile', 'system_profile', 'metadata_profile', 'global_reserve1'),
  ...texts('default_subvolid', 'default_subvol_name', 'default_subvol_mountpath'),
  size: integer(),
  g_vol_used_size: integer(),
  nodesize: integer(),
  sectorsize: integer(INT32),
  subvolumn: list(members(texts('uuid', 'is_snapshot', 'subvol_id', 'parent_id', 'subvol_name', 'subvol_mount_path'))),
};

const network = members({ ...texts('name', 'ip', 'netmask', 'gateway', 'mac', 'id', 'ipv6'), mtu: integer(INT32) }, [
  'mac',
]);

const targetServer = (logicalVolumes: number): Record<string, Rule> => ({
  ...texts('id', 'ip', 'name', 'hostname', 'os_version', 'domain_id', 'raw_devices', 'system_dir', 'vm_id', 'flavor'),
  ...texts('image_disk_id', 'snapshot_ids', 'cutovered_snapshot_ids'),
  os_type: oneOf('WINDOWS', 'LINUX'),
  firmware: oneOf('BIOS', 'UEFI'),
  boot_loader: oneOf('GRUB', 'LILO'),
  cpu_quantity: integer(65_535n),
  memory: integer(INT64),
  has_rsync: flag,
  paravirtualization: flag,
  driver_files: flag,
  system_services: flag,
  account_rights: flag,
  btrfs_list: list(members(btrfs)),
  networks: list(network),
  volume_groups: list(
    members({
      ...texts('components', 'name'),
      free_size: integer(),
      logical_volumes: list(members(logicalVolume), logicalVolumes),
      size: integer(),
    }),
  ),
  disks: list(members(disk)),
});

const CLONE_STATE = oneOf('NOT_READY', 'READY', 'PREPARING', 'CREATING', 'ERROR', 'FINISHED');
const cloneServer = (state: Rule): Rule =>
  members({ ...texts('vm_id', 'name', 'clone_error'), clone_state: state, error_msg: text(1024) });

/** Fields that are no longer in the API of 2026-01. They are applied in 2024-09 and ignored afterwards. */
const OLD_SETTINGS = { os_type: oneOf('WINDOWS', 'LINUX'), priority: integer(2n), start_target_server: flag };

/** The rules of a task's name and type, which both calls that set them share. */
export const NAME_AND_TYPE = {
  name: matching(/^[A-Za-z0-9_\-\p{Script=Han}]{1,64}$/u),
  type: oneOf('MIGRATE_FILE', 'MIGRATE_BLOCK'),
};

/** The writable fields of UpdateTask with their limits. */
export const putTaskFields = (revision: Settings['sms_revision']): Record<string, Rule> => ({
  ...NAME_AND_TYPE,
  ...texts('region_id', 'migration_ip', 'region_name', 'project_name', 'project_id', 'image_disk_id'),
  exist_server: flag,
  use_ipv6: flag,
  use_public_ip: flag,
  vm_template_id: text(revision === '2024-09' ? 255 : 100),
  speed_limit: integer(revision === '2024-09' ? 10_000n : 1000n),
  enterprise_project: text(36),
  enterprise_project_id: text(255, 1),
  target_disk_ids: text(16_384),
  snapshot_ids: text(1024),
  cutovered_snapshot_ids: text(1024),
  target_server: members(targetServer(revision === '2024-09' ? 255 : 50)),
  clone_server: cloneServer(revision === '2024-09' ? text() : CLONE_STATE),
  ...(revision === '2024-09' ? OLD_SETTINGS : {}),
});
