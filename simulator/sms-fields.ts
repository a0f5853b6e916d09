import { flag, INT32, INT64, list, members, oneOf, type Rule, text, whole } from './rules.ts';
import type { Settings } from './settings.ts';

// Tables of SMS UpdateTask, both revisions of the manual. Where the two differ, the wider limit counts in 2024-09;
// only NetWork.mac is required (2026-01), because the manual's own example lacks what 2024-09 calls mandatory.

const volume = {
  id: whole(),
  device_use: oneOf('NORMAL', 'OS', 'BOOT'),
  file_system: text(),
  index: whole(INT32),
  mount_point: text(),
  name: text(),
  size: whole(),
  used_size: whole(),
  uuid: text(),
  relation_name: text(),
  free_size: whole(),
};

const disk = {
  id: whole(),
  device_use: oneOf('NORMAL', 'OS', 'BOOT'),
  disk_id: text(),
  name: text(),
  physical_volumes: list(members(volume)),
  size: whole(),
  used_size: whole(),
  disk_index: text(),
  os_disk: flag,
  partition_style: oneOf('MBR', 'GPT'),
  relation_name: text(),
};

const logicalVolume = {
  block_count: whole(INT32),
  block_size: whole(1_048_576n),
  file_system: text(),
  inode_size: whole(INT32),
  inode_nums: whole(),
  device_use: text(),
  mount_point: text(256),
  name: text(1024),
  size: whole(),
  used_size: whole(),
  free_size: whole(),
};

const texts = (...names: string[]): Record<string, Rule> => Object.fromEntries(names.map((name) => [name, text()]));

const btrfs = {
  ...texts('name', 'label', 'uuid', 'device', 'data_profile', 'system_profile', 'metadata_profile', 'global_reserve1'),
  ...texts('default_subvolid', 'default_subvol_name', 'default_subvol_mountpath'),
  size: whole(),
  g_vol_used_size: whole(),
  nodesize: whole(),
  sectorsize: whole(INT32),
  subvolumn: list(members(texts('uuid', 'is_snapshot', 'subvol_id', 'parent_id', 'subvol_name', 'subvol_mount_path'))),
};

const network = members({ ...texts('name', 'ip', 'netmask', 'gateway', 'mac', 'id', 'ipv6'), mtu: whole(INT32) }, [
  'mac',
]);

const targetServer = (logicalVolumes: number): Record<string, Rule> => ({
  ...texts('id', 'ip', 'name', 'hostname', 'os_version', 'domain_id', 'raw_devices', 'system_dir', 'vm_id', 'flavor'),
  ...texts('image_disk_id', 'snapshot_ids', 'cutovered_snapshot_ids'),
  os_type: oneOf('WINDOWS', 'LINUX'),
  firmware: oneOf('BIOS', 'UEFI'),
  boot_loader: oneOf('GRUB', 'LILO'),
  cpu_quantity: whole(65_535n),
  memory: whole(INT64),
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
      free_size: whole(),
      logical_volumes: list(members(logicalVolume), logicalVolumes),
      size: whole(),
    }),
  ),
  disks: list(members(disk)),
});

const CLONE_STATE = oneOf('NOT_READY', 'READY', 'PREPARING', 'CREATING', 'ERROR', 'FINISHED');
const cloneServer = (state: Rule): Rule =>
  members({ ...texts('vm_id', 'name', 'clone_error'), clone_state: state, error_msg: text(1024) });

/** Fields that left the API in 2026-01 and are settings, not readings: applied in 2024-09, ignored afterwards. */
const OLD_SETTINGS = { os_type: oneOf('WINDOWS', 'LINUX'), priority: whole(2n), start_target_server: flag };

/** The writable fields of UpdateTask with their limits; name and type have codes of their own (SMS.7711, SMS.7712). */
export const putTaskFields = (revision: Settings['sms_revision']): Record<string, Rule> => ({
  ...texts('region_id', 'migration_ip', 'region_name', 'project_name', 'project_id', 'image_disk_id'),
  exist_server: flag,
  use_ipv6: flag,
  use_public_ip: flag,
  vm_template_id: text(revision === '2024-09' ? 255 : 100),
  speed_limit: whole(revision === '2024-09' ? 10_000n : 1000n),
  enterprise_project: text(36),
  enterprise_project_id: text(255, 1),
  target_disk_ids: text(16_384),
  snapshot_ids: text(1024),
  cutovered_snapshot_ids: text(1024),
  target_server: members(targetServer(revision === '2024-09' ? 255 : 50)),
  clone_server: cloneServer(revision === '2024-09' ? text() : CLONE_STATE),
  ...(revision === '2024-09' ? OLD_SETTINGS : {}),
});
