import { createHash } from 'node:crypto';
import { refuse } from '../errors.ts';
import type { Members } from '../json.ts';
import type { Version } from '../store.ts';
import type { Operation, World } from '../world.ts';
import { dcsKey } from './task.ts';

/** The id of the job that builds a task's machine. It is made from the task's id, so jobs need no store. */
export const jobIdOf = (task: string): string => createHash('sha256').update(task).digest('hex').slice(0, 32);

/** INIT for the first half of the time after which the task moves by itself, then RUNNING. */
const runningState = ({ at }: Version, { clock, settings }: World): Members => ({
  status: clock() - at < settings.moves_after_ms / 2 ? 'INIT' : 'RUNNING',
});

const finalState = ({ at, value }: Version): Members => ({
  ...(value?.status === 'FAILED'
    ? { status: 'FAIL', fail_reason: 'The migration machine was not built.' }
    : { status: 'SUCCESS' }),
  end_time: String(at),
});

/** GET /v2/{project_id}/jobs/{job_id}. The job ends when its task leaves CREATING. It has failed if the task has. */
export const showJobInfo: Operation = (world, { project, job }) => {
  const keys = world.dcs
    .all()
    .map(({ task_id }) => String(task_id))
    .filter((task) => jobIdOf(task) === job);
  const [start, ...later] = keys.flatMap((task) =>
    world.dcs.versions(dcsKey(project, task), world.settings.read_lag_ms),
  );
  if (start?.value?.status !== 'CREATING') return refuse('DCS.4133');
  const end = later.find(({ value }) => value?.status !== 'CREATING');
  const state = end ? finalState(end) : runningState(start, world);
  return {
    reply: {
      status: 200,
      body: { job_id: job, job_type: 'createMigrationInstance', begin_time: String(start.at), ...state },
    },
  };
};
