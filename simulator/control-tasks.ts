import * as z from 'zod';
import { asMembers, BadInput, type ControlCall, missing, ok, parsed, removed } from './control-calls.ts';
import { dcsKey, newDcsTask } from './dcs/task.ts';
import type { Members } from './json.ts';
import { advanceTask } from './moves.ts';
import { newSmsSource, readSource, readSources } from './sms/source.ts';
import { newSmsTask } from './sms/task.ts';
import type { World } from './world.ts';

const firstId = ([id = '']: string[]): string => id;

/** What differs between the stores: what is in it, the member with the id, the key, a new one, and how it is shown. */
const STORES = {
  dcs: {
    what: 'task',
    idMember: 'task_id',
    keyOf: ([project = '', task = '']: string[]) => dcsKey(project, task),
    create: newDcsTask,
    read: (world: World, key: string): Members | undefined => world.dcs.get(key),
  },
  sms: {
    what: 'task',
    idMember: 'id',
    keyOf: firstId,
    create: newSmsTask,
    read: (world: World, key: string): Members | undefined => world.sms.get(key),
  },
  sources: { what: 'source', idMember: 'id', keyOf: firstId, create: newSmsSource, read: readSource },
};
type StoreName = keyof typeof STORES;

/** The control calls that create, show and remove what is in a store. */
export function storeCalls(name: StoreName) {
  const { what, idMember, keyOf, create, read } = STORES[name];
  const put: ControlCall = (world, { ids, body }) => {
    const [id, members] = [ids.at(-1) ?? '', asMembers(body)];
    if ((members[idMember] ?? id) !== id) throw new BadInput(`${idMember}: is not the id of the path, ${id}`);
    world[name].create(keyOf(ids), create(id, members, world.clock()));
    return ok(read(world, keyOf(ids)));
  };
  const show: ControlCall = (world, { ids }) => {
    const found = read(world, keyOf(ids));
    return found === undefined ? missing(what) : ok(found);
  };
  const remove: ControlCall = (world, { ids }) => removed(what, world[name].remove(keyOf(ids)));
  return { put, show, remove };
}

const Advance = z.strictObject({ fails: z.boolean().default(false) });

const noStateAfter = (state: string, fails: boolean) =>
  new BadInput(`no ${fails ? 'failed ' : ''}state follows ${state}: PUT the task instead`);

/** The control call that moves a task on. */
export const advanceCall =
  (service: 'dcs' | 'sms'): ControlCall =>
  (world, { ids, body }) => {
    const { fails } = parsed(Advance, body ?? {});
    const key = STORES[service].keyOf(ids);
    const task = world[service].get(key);
    if (task === undefined) return missing('task');
    const { moved, finalState } = advanceTask(world, service, key, task, fails);
    if (finalState !== undefined) throw noStateAfter(finalState, fails);
    return moved === undefined ? { status: 204 } : ok(moved);
  };

export const showTasks: ControlCall = (world) => ok({ dcs: world.dcs.all(), sms: world.sms.all() });

export const showSources: ControlCall = (world) => ok({ sms: readSources(world) });
