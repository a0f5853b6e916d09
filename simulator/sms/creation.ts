import { randomUUID } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { refuse } from '../errors.ts';
import { type Members, pick, withoutNulls } from '../json.ts';
import type { Call, Operation, World } from '../world.ts';
import { readKnown, readMembers } from './body.ts';
import { FIELD_CODES, newTaskFields, REQUIRED } from './creation-fields.ts';
import { readSource } from './source.ts';
import { checkDiskIds, checkSizes, isTargetOfOther } from './target-server.ts';
import { newSmsTask } from './task.ts';

const hasTemplate = (body: Members): boolean => typeof body.vm_template_id === 'string' && body.vm_template_id !== '';

const read = (call: Call): Members =>
  readKnown(call, newTaskFields(hasTemplate(readMembers(call))), REQUIRED, FIELD_CODES);

/** The source server of a new task. It must be there, connected, and without a task. No page names the code of the last. */
function findFreeSource(world: World, id: string): Members {
  const source = readSource(world, id) ?? refuse('SMS.7602');
  if (source.connected !== true || source.state === 'unavailable') refuse('SMS.6520');
  return source.current_task === null ? source : refuse('SMS.6005');
}

/** Refuses a target that the source server or another task rules out. */
function checkTarget(world: World, body: Members, source: Members): void {
  const target = body.target_server as Members;
  if (body.os_type !== undefined && body.os_type !== source.os_type) refuse('SMS.6610');
  if (isIPv6(String(body.migration_ip)) && body.use_ipv6 !== true) refuse('SMS.6602');
  if (hasTemplate(body) && source.firmware === 'UEFI') refuse('SMS.6535');
  if (!hasTemplate(body)) checkDiskIds(target);
  checkSizes(target);
  if (isTargetOfOther(world, target.vm_id)) refuse('SMS.6615');
}

const OF_SOURCE = ['id', 'ip', 'name', 'os_type', 'os_version', 'oem_system', 'state'];

/** POST /v3/tasks: makes a task in state READY for a source server. With auto_start it moves on to RUNNING. */
export const createTask: Operation = (world, call) => {
  const body = read(call);
  const { source_server, target_server, ...given } = body;
  const source = findFreeSource(world, String((source_server as Members).id));
  checkTarget(world, body, source);
  const [task, target] = [randomUUID(), withoutNulls(target_server as Members)];
  const members = {
    os_type: source.os_type,
    syncing: false,
    ...given,
    source_server: pick(source, OF_SOURCE),
    target_server: { disks: [], volume_groups: [], vm_id: '', name: '', ip: null, ...target, id: randomUUID() },
  };
  const after = newSmsTask(task, members, world.clock());
  world.sms.create(task, after, world.clock());
  return { reply: { status: 200, body: { id: task } }, applied: [{ task, before: {}, after }] };
};
