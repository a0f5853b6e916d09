import { createHash } from 'node:crypto';
import { refuse } from '../errors.ts';
import { isMembers, type Members } from '../json.ts';
import type { Settings } from '../settings.ts';
import type { Operation } from '../world.ts';
import { dcsKey } from './task.ts';

const PORT = '6379';

/** A private address that is made from an id, so that every read shows the same. */
export function addressOf(id: string): string {
  const [high, low] = createHash('sha256').update(id).digest();
  return `192.168.${high}.${low}`;
}

/** The details of an instance that was configured by its id. */
function detailsOf(id: string): Members {
  const ip = addressOf(id);
  return {
    name: `dcs-${id.slice(0, 4)}`,
    ip,
    port: PORT,
    addrs: `${ip}:${PORT}`,
    proxy_multi_db: false,
    db: '',
    task_status: 'RUNNING',
  };
}

function withDetails(instance: unknown): unknown {
  if (!isMembers(instance) || typeof instance.id !== 'string' || instance.id === '') return instance;
  return { ...detailsOf(instance.id), ...instance };
}

/** The task as GET shows it. An instance that was configured by its id has all details of that id (manual, details). */
export function dcsTaskDetails(task: Members): Members {
  const sides = ['source_instance', 'target_instance'].filter((side) => task[side] !== undefined);
  return { ...task, ...Object.fromEntries(sides.map((side) => [side, withDetails(task[side])])) };
}

/** The sources differ in what the details call answers about a task that was deleted. */
function deletedTask(task: Members, { deleted_task }: Settings): Members {
  return deleted_task === 'DCS.4133' ? refuse('DCS.4133') : { ...task, status: deleted_task };
}

/** GET /v2/{project_id}/migration-task/{task_id}. The reply has everything, also passwords in clear text, as the provider's has. */
export const showMigrationTask: Operation = (world, { project, task }) => {
  const { settings } = world;
  const found = world.dcs.readAfterLag(dcsKey(project, task), settings.read_lag_ms) ?? refuse('DCS.4133');
  const shown = found.status === 'DELETED' ? deletedTask(found, settings) : found;
  return { reply: { status: 200, body: dcsTaskDetails(shown) } };
};
