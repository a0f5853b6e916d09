import { groupOf } from '../../src/lib/change/message.ts';

const PROJECT = '0123456789abcdef0123456789abcdef';
const taskOf = (place: number) => `00000000-0000-4000-8000-${place.toString(16).padStart(12, '0')}`;

/** A change as a producer sends it. */
interface NumberedChange {
  id: string;
  service: 'dcs' | 'sms';
  group: string;
  text: string;
}

/**
 * The change with this number, counted from 0. Services and tasks take turns, and each change of a task differs from the one
 * before.
 */
export function numberedChange(number: number, tasks: number): NumberedChange {
  const service = number % 2 === 0 ? 'dcs' : 'sms';
  const place = Math.floor(number / 2);
  const round = Math.floor(place / tasks);
  const task_id = taskOf(place % tasks);
  const id = `scale-${number}`;
  const data = service === 'dcs' ? reconnect(task_id, round) : rateLimit(task_id, round);
  const head = { specversion: '1.0', id, source: '/scale', time: new Date().toISOString() };
  return {
    id,
    service,
    group: groupOf({ service, id: task_id, ...data.project }),
    text: JSON.stringify({ ...head, ...data.event }),
  };
}

function reconnect(task_id: string, round: number) {
  const project = { project_id: PROJECT };
  const body = { resume_mode: round % 2 === 0 ? 'auto' : 'manual' };
  return { project, event: { type: 'migration.dcs.migration-task.update', data: { ...project, task_id, body } } };
}

function rateLimit(task_id: string, round: number) {
  const body = { speed_limit: 1 + (round % 1000) };
  return { project: {}, event: { type: 'migration.sms.task.update', data: { task_id, body } } };
}

/** The tasks of the changes, in the form of the simulator's control interface. */
export const startTasks = (tasks: number) => ({
  dcs: Array.from({ length: tasks }, (_, place) => ({ project_id: PROJECT, task_id: taskOf(place) })),
  sms: Array.from({ length: tasks }, (_, place) => ({ task_id: taskOf(place) })),
});
