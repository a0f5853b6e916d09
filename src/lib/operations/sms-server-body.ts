import * as z from 'zod';
import { decimal, flag, int64, integer, list, members, oneOf, text } from './fields.ts';

// The servers of SMS UpdateTask under the manual's own names, its misspellings included. Both revisions
// follow seed 004 in what may be left out (seed 003 calls members required that its own example lacks).

/** A text without a limit of its own. */
export const line = text(255);
/** The most elements of a list without a limit of its own. */
export const MOST = 65_535;

const BtrfsSubvolumn = members({
  uuid: line,
  is_snapshot: line,
  subvol_id: line,
  parent_id: line,
  subvol_name: line,
  subvol_mount_path: line,
});

const BtrfsFileSystem = members({
  name: line,
  label: line,
  uuid: line,
  device: line,
  size: int64,
  nodesize: int64,
  sectorsize: integer(),
  data_profile: line,
  system_profile: line,
  metadata_profile: line,
  global_reserve1: line,
  g_vol_used_size: int64,
  default_subvolid: line,
  default_subvol_name: line,
  default_subvol_mountpath: line,
  subvolumn: list(BtrfsSubvolumn, MOST),
});

const LogicalVolumes = members({
  block_count: integer(),
  block_size: integer(1_048_576),
  file_system: line,
  inode_size: integer(),
  inode_nums: int64,
  device_use: line,
  mount_point: text(256),
  name: text(1024),
  size: int64,
  used_size: int64,
  free_size: int64,
});

/** VolumeGroups, whose number of volumes differs by revision. */
export const volumeGroups = (mostVolumes: number) =>
  list(
    members({
      components: line,
      free_size: int64,
      logical_volumes: list(LogicalVolumes, mostVolumes),
      name: line,
      size: int64,
    }),
    MOST,
  );

const TargetPhysicalVolumes = members({
  id: int64,
  device_use: oneOf('NORMAL', 'OS', 'BOOT'),
  file_system: line,
  index: integer(),
  mount_point: line,
  name: line,
  size: int64,
  used_size: int64,
  uuid: line,
  relation_name: line,
  free_size: int64,
});

const PartitionStyle = oneOf('MBR', 'GPT');

const TargetDisk = members({
  id: int64,
  device_use: oneOf('NORMAL', 'OS', 'BOOT'),
  disk_id: line,
  name: line,
  physical_volumes: list(TargetPhysicalVolumes, MOST),
  size: int64,
  used_size: int64,
  disk_index: line,
  os_disk: flag,
  partition_style: PartitionStyle,
  relation_name: line,
});

const network = { name: line, ip: line, netmask: line, gateway: line, mtu: integer(), id: line };
export const NetWork2024 = members(network).extend({ mac: line });
export const NetWork2026 = members({ ...network, ipv6: line }).extend({ mac: line });

export const OsType = oneOf('WINDOWS', 'LINUX');

/** What the source and the target server of a task have in common. */
const server = {
  id: line,
  ip: line,
  name: line,
  hostname: line,
  os_type: OsType,
  os_version: line,
  firmware: oneOf('BIOS', 'UEFI'),
  cpu_quantity: integer(MOST),
  memory: int64,
  btrfs_list: list(BtrfsFileSystem, MOST),
  domain_id: line,
  has_rsync: flag,
  paravirtualization: flag,
  raw_devices: line,
  driver_files: flag,
  system_services: flag,
  account_rights: flag,
  boot_loader: oneOf('GRUB', 'LILO'),
  system_dir: line,
};

/** TargetServer without its networks and volume groups, which differ by revision. */
export const target = {
  ...server,
  vm_id: line,
  flavor: line,
  disks: list(TargetDisk, MOST),
  image_disk_id: line,
  snapshot_ids: line,
  cutovered_snapshot_ids: line,
};

const PhysicalVolume = members({
  device_use: line,
  file_system: line,
  index: integer(),
  mount_point: line,
  name: line,
  size: int64,
  used_size: int64,
  inode_size: integer(),
  inode_nums: int64,
  uuid: line,
  size_per_cluster: integer(),
});

const ServerDisk = z.strictObject({
  name: line,
  partition_style: PartitionStyle.optional(),
  device_use: oneOf('BOOT', 'OS'),
  size: int64,
  used_size: int64,
  physical_volumes: list(PhysicalVolume, MOST),
  os_disk: flag.optional(),
  relation_name: line.optional(),
  inode_size: integer().optional(),
});

const MIGRATION_CYCLES = ['cutovering', 'cutovered', 'checking', 'setting', 'replicating', 'syncing'] as const;
const SERVER_STATES = [
  ...['unavailable', 'waiting', 'initialize', 'replicate', 'syncing', 'stopping', 'stopped', 'deleting', 'error'],
  ...['cloning', 'cutovering', 'finished'],
  // Known to later SDKs only.
  ...['skipping', 'clearing', 'cleared', 'clearfailed', 'premigready', 'premiged', 'premigfailed'],
];

export const PostSourceServerBody = members({
  ...server,
  virtualization_type: line,
  linux_block_check: line,
  disks: list(ServerDisk, MOST),
  networks: list(NetWork2024, MOST),
  volume_groups: volumeGroups(255),
  agent_version: line,
  kernel_version: line,
  migration_cycle: oneOf(...MIGRATION_CYCLES),
  state: oneOf(...SERVER_STATES),
  oem_system: flag,
  start_type: oneOf('MANUAL', 'MGC', ''),
  io_read_wait: decimal(10_000),
});
