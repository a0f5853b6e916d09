import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { LogEntry } from './log.ts';
import type { MadeTasks } from './made-tasks.ts';
import { isName, isSource } from './natural-keys.ts';
import { type OutsideCreation, someOutsideCreation } from './outside-creations.ts';
import { writeAsOutsider } from './outsiders.ts';
import type { Random } from './random.ts';
import type { Subjects } from './subjects.ts';

interface OthersDependencies {
  clock: Clock;
  random: Random;
  faults: Faults;
  log: LogEntry[];
  made: MadeTasks;
  subjects: Subjects;
}

/** Somebody else, who creates, deletes and changes tasks without the relay. */
export function createOthers({ clock, random, faults, log, made, subjects }: OthersDependencies) {
  const { taskAt, valuesOf, refusalFor } = subjects;
  const note = (task: string, row: string, more: Partial<LogEntry> = {}) => {
    faults.fired(row);
    log.push({ at: clock.now(), kind: 'outsider', task, values: valuesOf(taskAt(task)), ...more } as LogEntry);
  };

  function create({ key, call, body }: OutsideCreation): void {
    if (refusalFor(key, call, body) !== undefined) return;
    note(key, 'outsider_creates', { made: made.make(key, random.id(), call, body, clock.now()) });
  }
  function deleteMade(key: string, after?: number): void {
    const deleted = made.deleteOne(key, after);
    if (deleted !== undefined) note(key, 'outsider_deletes', { deleted });
  }
  const change = (key: string) => {
    if (writeAsOutsider(taskAt(key), random, clock.now())) note(key, 'outsider');
  };
  const createOrDelete = (key: string) =>
    random.chance(0.5) ? create(someOutsideCreation(key, random)) : deleteMade(key);
  const isAboutLists = (key: string) => isName(key) || (isSource(key) && random.chance(0.9));

  return {
    create,
    deleteMade,
    /** Changes the subject with this key, or creates or deletes a task of a name or a source. */
    write: (key: string) => (isAboutLists(key) ? createOrDelete(key) : change(key)),
  };
}
