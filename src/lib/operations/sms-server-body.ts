import { decimal, flag, int64, integer, line, list, MAX_COUNT, members, oneOf } from './fields.ts';
import { once } from './operation.ts';
import { btrfsFileSystem, serverDisk, targetDisk, volumeGroups } from './sms-storage-body.ts';

// The servers of SMS UpdateTask, with the manual's names. What is optional follows seed 004, as for their disks.

const network = { name: line, ip: line, netmask: line, gateway: line, mtu: integer(), id: line };
export const network2024 = once(() => members(network).extend({ mac: line }));
export const network2026 = () => members({ ...network, ipv6: line }).extend({ mac: line });

export const OsType = oneOf('WINDOWS', 'LINUX');

/** The fields that the source and the target server of a task have in common. */
const server = once(() => ({
  id: line,
  ip: line,
  name: line,
  hostname: line,
  os_type: OsType,
  os_version: line,
  firmware: oneOf('BIOS', 'UEFI'),
  cpu_quantity: integer(MAX_COUNT),
  memory: int64,
  btrfs_list: list(btrfsFileSystem(), MAX_COUNT),
  domain_id: line,
  has_rsync: flag,
  paravirtualization: flag,
  raw_devices: line,
  driver_files: flag,
  system_services: flag,
  account_rights: flag,
  boot_loader: oneOf('GRUB', 'LILO'),
  system_dir: line,
}));

/** TargetServer without its networks and volume groups, which differ between the revisions. */
export const target = once(() => ({
  ...server(),
  vm_id: line,
  flavor: line,
  disks: list(targetDisk(), MAX_COUNT),
  image_disk_id: line,
  snapshot_ids: line,
  cutovered_snapshot_ids: line,
}));

const MIGRATION_CYCLES = ['cutovering', 'cutovered', 'checking', 'setting', 'replicating', 'syncing'] as const;
const SERVER_STATES = [
  'unavailable',
  'waiting',
  'initialize',
  'replicate',
  'syncing',
  'stopping',
  'stopped',
  'deleting',
  'error',
  'cloning',
  'cutovering',
  'finished',
  // Only later SDKs have it.
  'skipping',
  'clearing',
  'cleared',
  'clearfailed',
  'premigready',
  'premiged',
  'premigfailed',
];

export const sourceServer = () =>
  members({
    ...server(),
    virtualization_type: line,
    linux_block_check: line,
    disks: list(serverDisk(), MAX_COUNT),
    networks: list(network2024(), MAX_COUNT),
    volume_groups: volumeGroups(255),
    agent_version: line,
    kernel_version: line,
    migration_cycle: oneOf(...MIGRATION_CYCLES),
    state: oneOf(...SERVER_STATES),
    oem_system: flag,
    start_type: oneOf('MANUAL', 'MGC', ''),
    io_read_wait: decimal(10_000),
  });
