import { refuse } from '../errors.ts';
import { isMembers, type Members, numberText } from '../json.ts';
import type { World } from '../world.ts';

const MIB = 1_048_576n;

const partsOf = (value: Members, name: string): Members[] => (Array.isArray(value[name]) ? value[name] : []);

/** A size in bytes; 0 if there is none. */
const sizeOf = (value: Members, name = 'size'): bigint => BigInt(numberText(value[name]) ?? 0);

const hasSize = ({ size }: Members): boolean => (size ?? null) !== null;

const sumOf = (parts: Members[]): bigint => parts.reduce((sum, part) => sum + sizeOf(part), 0n);

function checkPart(part: Members): void {
  if (hasSize(part) && sizeOf(part) < sizeOf(part, 'used_size')) refuse('SMS.6538');
}

function checkDisk(disk: Members): void {
  const partitions = partsOf(disk, 'physical_volumes');
  for (const partition of partitions) {
    checkPart(partition);
    if (sizeOf(partition) % MIB !== 0n) refuse('SMS.6612');
  }
  const [size, needed] = [sizeOf(disk), sumOf(partitions)];
  if (!hasSize(disk) || needed === 0n) return;
  if (size < needed) refuse('SMS.6539');
  if (size === needed) refuse('SMS.6614');
}

function checkVolumeGroup(group: Members): void {
  const volumes = partsOf(group, 'logical_volumes');
  for (const volume of volumes) checkPart(volume);
  if (hasSize(group) && sizeOf(group) < sumOf(volumes)) refuse('SMS.6541');
}

/** Refuses a target whose parts do not fit into each other. Parts without a size always fit. */
export function checkSizes(target: Members): void {
  for (const disk of partsOf(target, 'disks')) checkDisk(disk);
  for (const group of partsOf(target, 'volume_groups')) checkVolumeGroup(group);
}

/** Refuses an existing server as a target if one of its disks has no id. */
export function checkDiskIds(target: Members): void {
  if (partsOf(target, 'disks').some(({ disk_id }) => !disk_id)) refuse('SMS.6103');
}

/** True if another task has this server as its target. A task that is being deleted still has it. */
export const isTargetOfOther = (world: World, vm: unknown, task?: string): boolean =>
  Boolean(vm) &&
  world.sms
    .all()
    .some(({ id, target_server }) => id !== task && isMembers(target_server) && target_server.vm_id === vm);
