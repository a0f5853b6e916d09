import { createHash } from 'node:crypto';
import { isMembers, type Members } from '../json.ts';

const PORT = '6379';

/** The details of an instance that was configured by its id. They are made from the id, so that every read shows the same. */
function detailsOf(id: string): Members {
  const [high, low] = createHash('sha256').update(id).digest();
  const ip = `192.168.${high}.${low}`;
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
