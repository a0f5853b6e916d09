import * as z from 'zod';
import { flag, int64, integer, line, list, MAX_COUNT, members, oneOf, text } from './fields.ts';
import { once } from './operation.ts';

// Disks and volumes of SMS UpdateTask, with the manual's names and their misspellings. What is optional follows
// seed 004 for both revisions, because seed 003 requires members that its own example lacks.

const btrfsSubvolumn = () =>
  members({
    uuid: line,
    is_snapshot: line,
    subvol_id: line,
    parent_id: line,
    subvol_name: line,
    subvol_mount_path: line,
  });

export const btrfsFileSystem = once(() =>
  members({
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
    subvolumn: list(btrfsSubvolumn(), MAX_COUNT),
  }),
);

const logicalVolumes = once(() =>
  members({
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
  }),
);

/** VolumeGroups. The limits on the number of groups and volumes differ between the calls and revisions. */
export const volumeGroups = (maxVolumes: number, maxGroups = MAX_COUNT) =>
  list(
    members({
      components: line,
      free_size: int64,
      logical_volumes: list(logicalVolumes(), maxVolumes),
      name: line,
      size: int64,
    }),
    maxGroups,
  );

const targetPhysicalVolumes = () =>
  members({
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

export const targetDisk = () =>
  members({
    id: int64,
    device_use: oneOf('NORMAL', 'OS', 'BOOT'),
    disk_id: line,
    name: line,
    physical_volumes: list(targetPhysicalVolumes(), MAX_COUNT),
    size: int64,
    used_size: int64,
    disk_index: line,
    os_disk: flag,
    partition_style: PartitionStyle,
    relation_name: line,
  });

const physicalVolume = () =>
  members({
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

export const serverDisk = () =>
  z.strictObject({
    name: line,
    partition_style: PartitionStyle.optional(),
    device_use: oneOf('BOOT', 'OS'),
    size: int64,
    used_size: int64,
    physical_volumes: list(physicalVolume(), MAX_COUNT),
    os_disk: flag.optional(),
    relation_name: line.optional(),
    inode_size: integer().optional(),
  });
