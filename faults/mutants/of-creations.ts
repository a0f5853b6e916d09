import { type Edit, insertAtStart, insertBefore, replaceCall, replaceCondition, replaceValue } from './mutate.ts';

const SAME = "'[relay:0000000000000000]'";

/** Mutants of the guards for calls that create a task. Runs of the simulation must notice them. */
export const CREATIONS_IN_RUNS: Record<string, Edit[]> = {
  'the ids from before a creation are forgotten': [replaceCall('baselineTest', 'has', 'false')],
  'the mark of a creation is not compared': [replaceCall('findByMark.snapshot', 'originOf', "'own'")],
  'a creation is sent without its mark': [replaceCall('requestOf', 'markOf', "''")],
  'all creations have the same mark': [
    replaceCall('requestOf', 'markOf', SAME),
    replaceCall('snapshotOf', 'markOf', SAME),
  ],
  // Without both edits, such a list would be incomplete.
  'only the first page of a list is read': [
    replaceValue('isLast', '(page: Page, pages: Page[]) => Boolean(page && pages)'),
    insertAtStart('isComplete', 'return true;'),
  ],
  'a single list without it shows that nothing was created': [
    insertBefore(
      'reconcile',
      'sleep',
      'if (job.change.operation.createdIn) return decideNotApplied(context, job, refusal);',
    ),
    // Without both edits, the read right before the second request would be the second list.
    replaceCall('readBefore', 'reviewBeforeResend', 'undefined'),
  ],
  'the list is not read once more after a second request': [replaceCondition('interpret', 'doubt', 'false')],
  'a creation without a mark does not wait until lists must show the one before': [
    replaceCall('checkLock', 'hasSucceeded', 'false'),
  ],
  'the id of what was created is left out': [replaceCall('interpret', 'createdIn', 'undefined')],
  'an id that was found in a list is left out': [
    insertAtStart('completeApplied', 'completion = { ...completion, created: [] };'),
  ],
};

/** Mutants of the same guards by the test file that must notice them, because a run would find them only by luck. */
export const CREATIONS_IN_TESTS: Record<string, Record<string, Edit[]>> = {
  'test/lib/relay/creation.test.ts': {
    'several candidates are taken as one': [
      replaceValue(
        'newOf',
        '(ids: unknown, isBaseline: BaselineTest | undefined) => (ids as string[]).filter((id) => !isBaseline?.({ id })).slice(0, 1)',
      ),
    ],
    'the ids from before are read again before a second request': [replaceCondition('readBefore', 'doubt', 'false')],
    'the list is not read once more before a second request': [
      replaceCall('readBefore', 'reviewBeforeResend', 'undefined'),
    ],
    'an id that a reply named is given up': [
      insertAtStart('createdIn', 'return change.operation.readBack.created?.(values, isBaseline) ?? [];'),
    ],
    'tasks of other names count': [replaceCall('findByMark.snapshot', 'nameOf', 'task_name')],
    'any number of tasks may have the name': [replaceCondition('isTooMany', 'length', 'false')],
  },
  'test/lib/relay/listing.test.ts': {
    'two readings of several pages need not agree': [replaceCondition('readList', 'ids', 'true')],
    'a list that changed while it was read counts as complete': [insertAtStart('isComplete', 'return true;')],
  },
  'test/lib/operations/create-sms-task.test.ts': {
    'any new task of a source counts as created': [replaceCall('createSmsTask.readBack.snapshot', 'originOf', "'own'")],
    'tasks of other sources count': [replaceCall('createSmsTask.readBack.snapshot', 'isOfSource', 'true')],
  },
};
