import { type Edit, replaceCall, replaceCondition, replaceValue } from './mutate.ts';

/** Mutants of the guards for calls that remove or move a subject, or that answer for several. Runs of the simulation must notice them. */
export const REMOVALS_IN_RUNS: Record<string, Edit[]> = {
  'every refusal of a delete counts as done': [
    replaceCondition('decideOnFailure', 'isRemoved', 'change.operation.removes'),
  ],
  'every change of what does not exist counts as done': [
    replaceCondition('decideOnFailure', 'isRemoved', "failure.error.class === 'not_found'"),
  ],
  'every failed read shows that a subject is gone': [
    replaceCondition('snapshotOfFailure', 'isGone', 'false'),
    replaceCondition('snapshotOfFailure', 'isRemoved', 'operation.removes'),
  ],
  'a read that is refused because nothing is stored shows nothing': [
    replaceCall('snapshotOfFailure', 'shownByRefusal', 'undefined'),
  ],
  'a call without a body sends an empty object': [
    replaceCall(
      'requestOf',
      'body',
      "(operation.body?.(data, (reference) => secrets.get(reference) ?? '', markOf(change.key)) ?? {})",
    ),
  ],
  'a list that lacks the task counts as a success': [replaceCondition('interpret', 'isErrorReply', 'false')],
  'a task that can be read counts as deleted': [
    replaceValue('deleteSmsTask.readBack.snapshot', '() => ({ absent: true })'),
  ],
  'a task that has succeeded counts as deleted': [
    replaceCondition(
      'deleteDcsMigrationTask.readBack.verdict',
      'status',
      "status === 'DELETED' || status === 'SUCCESS'",
    ),
  ],
  'a task that ended by itself counts as stopped': [
    replaceValue('STOPPED', "new Set<unknown>(['TERMINATING', 'TERMINATED', 'SUCCESS', 'FAILED'])"),
  ],
  'an exchange is read without a baseline': [
    replaceCall(
      'readAddresses.verdict',
      'verdict',
      "String(shown.exchange).startsWith('EXCHANG') ? 'applied' : 'not-applied'",
    ),
  ],
  'a restart is read without a baseline': [
    replaceCall(
      'restartDcsOnlineMigration.readBack.verdict',
      'verdict',
      "RUNNING.has(snapshot.status) ? 'applied' : 'not-applied'",
    ),
  ],
  'an exchange may repeat': [replaceValue('exchangeDcsIp.repeatable', 'true')],
};

/** Mutants of the same guards by the test file that must notice them, because a run would find them only by luck. */
export const REMOVALS_IN_TESTS: Record<string, Record<string, Edit[]>> = {
  'test/lib/relay/removal.test.ts': {
    'whatever else is missing counts as the subject': [
      replaceValue(
        'isRemoved',
        '({ removes }: Operation, failure: Failure) => removes !== undefined && isGone(failure)',
      ),
    ],
    'a wrong address counts as a subject that is gone': [replaceCondition('isGone', 'cause', 'true')],
    'an element that refuses its task is not read': [replaceCall('toAnswer', 'refusalIn', 'undefined')],
    'a refused delete of what is gone says nothing of it': [replaceValue('removedBefore.warnings', '[]')],
  },
  'test/lib/relay/reconcile.test.ts': {
    'whatever is gone counts as absent': [replaceCondition('snapshotOfFailure', 'isRemoved', 'true')],
  },
  'test/lib/operations/limit-sms-task-speed.test.ts': {
    'any refusal of a read shows a task without limits': [
      replaceCondition('limitSmsTaskSpeed.readBack.shownByRefusal', 'code', 'true'),
    ],
  },
  'test/lib/operations/exchange-dcs-ip.test.ts': {
    'an exchange that was done before counts as the new one': [
      replaceValue(
        'wasOneOf',
        '(words: readonly string[], isBaseline: BaselineTest) => words.length > 0 && !!isBaseline',
      ),
    ],
    'a rollback under way before counts as an exchange that stands': [
      replaceValue('EXCHANGED', "['EXCHANGE_SUCCESS', 'EXCHANGING']"),
    ],
  },
  'test/lib/operations/restart-dcs-online-migration.test.ts': {
    'the element of another task is read': [replaceCall('elementOf', 'find', 'elements.filter(isObject)[0]')],
  },
  'test/lib/relay/empty-option.test.ts': {
    'an option that is not shown counts as set to nothing': [
      replaceCall('setSmsTaskOptions.readBack.verdict', 'some', 'false'),
    ],
  },
};
