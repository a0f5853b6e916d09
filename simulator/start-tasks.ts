import { dcsKey, newDcsTask } from './dcs/task.ts';
import type { Members } from './json.ts';
import { newSmsSource } from './sms/source.ts';
import { newSmsTask } from './sms/task.ts';
import type { World } from './world.ts';

/** The tasks at the start and after every reset. All other members are the task's own. */
export interface StartTasks {
  dcs?: ({ project_id: string; task_id: string } & Members)[];
  sms?: ({ task_id: string } & Members)[];
}

/** The source servers at the start and after every reset. All other members are the server's own. */
export interface StartSources {
  sms?: ({ source_id: string } & Members)[];
}

/** Puts the tasks and source servers of the start in the place of all that there are. */
export function createStartTasks(world: World, tasks: StartTasks = {}, sources: StartSources = {}): void {
  for (const store of [world.dcs, world.sms, world.sources]) store.clear();
  const now = world.clock();
  for (const { project_id, task_id, ...task } of tasks.dcs ?? []) {
    world.dcs.create(dcsKey(project_id, task_id), newDcsTask(task_id, task, now));
  }
  for (const { task_id, ...task } of tasks.sms ?? []) world.sms.create(task_id, newSmsTask(task_id, task, now));
  for (const { source_id, ...source } of sources.sms ?? []) {
    world.sources.create(source_id, newSmsSource(source_id, source, now));
  }
}
