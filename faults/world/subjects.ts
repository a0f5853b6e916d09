import type { Call } from './calls.ts';
import type { Clock } from './clock.ts';
import { GONE, isAbsent, moveOn, newTask, refusalOf } from './cloud-tasks.ts';
import type { Faults } from './faults.ts';
import type { LogEntry } from './log.ts';
import type { MadeTasks } from './made-tasks.ts';
import { idIn, isName, taskOfSource } from './natural-keys.ts';
import type { Random } from './random.ts';
import { AFTERLIVES, isShownAfterwards } from './reads.ts';
import type { CloudTask, Values } from './task.ts';

interface SubjectsDependencies {
  clock: Clock;
  random: Random;
  faults: Faults;
  /** The share of subjects that do not exist. */
  missing: number;
  log: LogEntry[];
  made: MadeTasks;
}

/** The subjects of the provider by key. Each is made when it is first named. */
export function createSubjects({ clock, random, faults, missing, log, made }: SubjectsDependencies) {
  const tasks = new Map<string, CloudTask>();
  const afterlife = random.pick(AFTERLIVES);

  const firstSight = (key: string): CloudTask => {
    const task = newTask(key, random, clock.now());
    if (isName(key) || !random.chance(missing)) return task;
    task.values.gone = true;
    faults.fired('missing');
    log.push({ at: clock.now(), kind: 'outsider', task: key, values: GONE });
    return task;
  };
  const taskAt = (key: string): CloudTask => {
    const task = tasks.get(key) ?? firstSight(key);
    tasks.set(key, task);
    if (moveOn(task, clock.now(), random)) faults.fired('task_moved');
    return task;
  };
  /** The task that a source had from the beginning, unless it is gone. */
  const firstTaskOf = (key: string): CloudTask | undefined => {
    const of = taskOfSource(key);
    const task = of === undefined ? undefined : taskAt(of);
    return task && !isAbsent(task) ? task : undefined;
  };

  return {
    afterlife,
    taskAt,
    /** What the log keeps of a subject: what a read of it could show. */
    valuesOf: (task: CloudTask): Values =>
      isAbsent(task) && !isShownAfterwards(task, afterlife) ? GONE : { ...task.values },
    refusalFor: (key: string, call: Call, body: Values) =>
      refusalOf(taskAt(key), call, body, firstTaskOf(key) !== undefined || made.isInUse(key)),
    /** What a list of a source shows of the task that it had from the beginning. */
    listedFirst(key: string): Values[] {
      const task = firstTaskOf(key);
      const source_server = { id: idIn(key) };
      return task ? [{ id: `first-of-${idIn(key)}`, ...firstShown(task.values), source_server }] : [];
    },
  };
}

const firstShown = ({ name, state }: Values) => ({ name, state, type: 'MIGRATE_FILE', target_server: null });
export type Subjects = ReturnType<typeof createSubjects>;
