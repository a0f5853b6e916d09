import {
  type Edit,
  insertAtStart,
  insertBefore,
  type Mutant,
  replaceCall,
  replaceCondition,
  replaceText,
  replaceValue,
} from './mutate.ts';
import { CREATIONS_IN_RUNS, CREATIONS_IN_TESTS } from './of-creations.ts';
import { REMOVALS_IN_RUNS, REMOVALS_IN_TESTS } from './of-removals.ts';

const FORGOTTEN = replaceCall(
  'acquireLock',
  'decideOnLock',
  'decideOnLock(context, { ...job, row: { ...row, doubt: false } }, request, subjectRow)',
);

/** Mutants that runs of the simulation must notice. */
const IN_RUNS: Record<string, Edit[]> = {
  'a change in doubt is released': [
    replaceCall('decideOnFailure', 'stayInDoubt', "release(job, 'provider_busy', 1000)"),
  ],
  'a change in doubt ends as failed': [
    replaceCall('decideOnFailure', 'stayInDoubt', 'complete(job, notApplied(failure))'),
  ],
  'a time-out counts as not executed': [replaceText('FAILURES.request_timeout', 'reconcile', 'later')],
  'a result is published before it is stored': [
    insertBefore('storeResult', 'store', 'await context.publish(toEvent(result, text));'),
  ],
  'a message is acknowledged before its result is published': [
    replaceCall('createRelay', 'publish', 'void context.publish(toEvent(result, text)).catch(() => undefined)'),
  ],
  'a live lease is ignored': [
    replaceCondition('takeOver', 'remaining', 'false'),
    replaceText('createDynamoDbLedger.takeOver', '#lease < :now', '(#lease < :now OR attribute_exists(#lease))'),
  ],
  'an expired lease is permission to call': [insertAtStart('mayHaveSent', 'return false;')],
  'a row may be claimed again when its time is over': [
    replaceText(
      'createDynamoDbLedger.claim',
      'attribute_not_exists(pk) OR',
      'attribute_not_exists(pk) OR (#state = :calling AND #lease < :now) OR',
    ),
    replaceText('createDynamoDbLedger.claim', 'READY', "READY'), ':now': N(now), ':calling': S('CALLING"),
  ],
  'an older sequence is not superseded': [insertAtStart('isSuperseded', 'return false;')],
  'no subject lock': [insertAtStart('checkLock', 'return PASS;')],
  'the lease has no grace period': [replaceValue('timesAt.lease', 'functionTimeout')],
  'a row is written without checking its owner': [
    replaceText(
      'IS_MINE',
      '#state = :calling AND #owner = :owner',
      'attribute_exists(#mac) OR (#state = :calling AND #owner = :owner)',
    ),
  ],
  'the changes of a group are handled side by side': [
    insertAtStart(
      'processGroup',
      'if (group.length > 1) return (await Promise.all(group.map((record) => processGroup(dependencies, [record], remaining)))).flat();',
    ),
  ],
  'the batch response names nothing': [replaceValue('createBatch.batchItemFailures', '[]')],
  'only the failed record of a group is retried': [replaceCall('processGroup', 'slice', '[record]')],
  'the first "not applied" is believed': [
    insertBefore('reconcile', 'sleep', 'if (firstRead.verdict) return decideNotApplied(context, job, refusal);'),
  ],
  'a refusal of a change in doubt is believed': [
    replaceCall('decideOnFailure', 'reconcile', 'complete(job, notApplied(failure))'),
  ],
  'a read is believed although a newer change was sent': [insertAtStart('isNewest', 'return true;')],
  'no baseline is stored before an operation that must not repeat': [
    insertAtStart('keepBaseline', 'return undefined;'),
  ],
  'an operation that must not repeat is repeated when reads prove nothing': [
    replaceCondition('decideCannotTell', 'repeatable', 'true'),
    // Without both edits, the read right before the second request would still hold it back.
    replaceCall('readBefore', 'reviewBeforeResend', 'undefined'),
  ],
  'the raw error is logged': [replaceValue('faultOf.problem', 'message')],
  'the contents of changes with the same id are not compared': [
    replaceCondition('decideValid', 'fingerprint', 'false'),
  ],
  'FailedEntryCount is not checked': [insertAtStart('refusalOf', 'return undefined;')],
  'the lock decides whether a request was sent': [
    insertBefore(
      'mayHaveSent',
      'readSubject',
      'const standing = await ledger.readSubject(subjectKey(change.subject)); return standing?.lock === row.key && standing.owner === row.owner;',
    ),
  ],
  'a conflict is named by the newest fingerprint key': [
    insertAtStart('decideConflict', 'fingerprint = change.fingerprint;'),
  ],
  'a redriven change is retried behind a newer change that waits for it': [
    replaceCondition('retryGroup', 'first', 'true'),
  ],
  "the provider's breaker never opens": [insertAtStart('createBreaker.send', 'return through(request);')],
  'waiting for the end of an outage uses up attempts': [
    replaceCall('decideOnFailure', 'isTooOld', 'isExhausted(job, now(), policy)'),
    replaceValue('decideOnFailure.attempts', 'row.attempts'),
  ],
  'groups that failed together are retried together': [replaceCondition('scatter', 'wait', 'false')],
  'a remembered lock hides the sequence': [replaceCall('rememberLocks.acquireLock', 'isSuperseded', 'false')],
  'a read that fails counts as "not applied"': [
    insertAtStart('decideOnReadFailure', 'return decideNotApplied(context, job, undefined);'),
  ],
  'a remembered lock is replaced without reading the row': [
    replaceText('createSubjectLocks.replaceLock', '#lock = :seen AND', 'attribute_exists(#lock) OR #lock = :seen AND'),
  ],
  'an action counts as applied as soon as the task has moved': [
    replaceValue(
      'OWN_TRANSITIONS',
      "Object.fromEntries([...ROLLING_BACK, ...RUNNING_ON, 'READY', 'ABORTING', 'ABORT'].map((state) => [state, [state]]))",
    ),
  ],
  'arrival numbers of two message groups are compared': [
    replaceValue('cameBefore', '(one: Arrival, other: Arrival): boolean => isOlder(one.arrival, other.arrival)'),
  ],
  'an error in a 2xx reply is not seen': [insertAtStart('errorInReply', 'return undefined;')],
  'a failure with unknown effect counts as a refused credential': [
    replaceValue(
      'isCurable',
      "({ error }: Failure): boolean => error.remedy === 'after_refresh' || error.remedy === 'reconcile'",
    ),
  ],
};

/** Mutants that matter only in rare situations, by the test file that must notice them. */
const IN_TESTS: Record<string, Record<string, Edit[]>> = {
  'test/lib/relay/attempt.test.ts': {
    'a change stays claimed when the ledger failed before the request': [
      replaceCall('throwAfterRelease', 'release', 'Promise.resolve(true)'),
    ],
  },
  'test/lib/relay/doubt-behind-another.test.ts': {
    'a doubt is forgotten at a take-over': [replaceCondition('mayHaveSent', 'doubt', 'false')],
    'a doubt is forgotten behind the lock of another change': [FORGOTTEN],
    // Without both edits, the other guard would still hold.
    'a change is repeated although another was sent': [FORGOTTEN, replaceCall('decideCannotTell', 'isNewest', 'true')],
  },
  'test/lib/relay/doubt.test.ts': {
    'a refusal ends a change in doubt': [
      replaceValue('completeRefused.completion', 'completionOf(change.code, change.problems)'),
    ],
  },
};

const toMutants = (all: Record<string, Edit[]>) =>
  Object.entries(all).map(([name, edits]): Mutant => ({ name, edits }));

export const MUTANTS: Mutant[] = [
  ...toMutants({ ...IN_RUNS, ...REMOVALS_IN_RUNS, ...CREATIONS_IN_RUNS }),
  ...Object.entries({ ...IN_TESTS, ...REMOVALS_IN_TESTS, ...CREATIONS_IN_TESTS }).flatMap(([tests, all]) =>
    toMutants(all).map((mutant) => ({ ...mutant, tests })),
  ),
];
