import { createHash } from 'node:crypto';
import { isMembers, type Members } from './json.ts';

const PORT = '6379';

/** What the service knows of an instance that was named by its id; made from the id, so that every read shows the same. */
function instanceOf(id: string): Members {
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

function shownInstance(instance: unknown): unknown {
  if (!isMembers(instance) || typeof instance.id !== 'string' || instance.id === '') return instance;
  return { ...instanceOf(instance.id), ...instance };
}

/** The task as GET shows it: an instance configured by its id with all that the service finds under that id (manual, details). */
export function shownDcsTask(task: Members): Members {
  const sides = ['source_instance', 'target_instance'].filter((side) => task[side] !== undefined);
  return { ...task, ...Object.fromEntries(sides.map((side) => [side, shownInstance(task[side])])) };
}
