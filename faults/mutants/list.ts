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

const FORGOTTEN = replaceCall(
  'acquireLock',
  'judge',
  'judge(context, { ...job, row: { ...row, doubt: false } }, ask, locked)',
);

/** Guards of the relay, each without the one thing that it is for. */
const IN_RUNS: Record<string, Edit[]> = {
  'an unknown fate hands the change back as idle': [
    replaceCall('decideOnFailure', 'stayInDoubt', "release(job, 'provider_busy', 1000)"),
  ],
  'an unknown fate is reported as failed': [
    replaceCall('decideOnFailure', 'stayInDoubt', 'complete(job, notApplied(failure))'),
  ],
  'a time-out counts as not sent': [replaceText('FAILURES.request_timeout', 'reconcile', 'later')],
  'a result is published before it is stored': [
    insertBefore('storeEnd', 'store', 'await context.publish(toEvent(result, text));'),
  ],
  'a message is acknowledged before its result is published': [
    replaceCall('createRelay', 'publish', 'void context.publish(toEvent(result, text)).catch(() => undefined)'),
  ],
  'a live lease is ignored': [
    replaceCondition('takeOver', 'left', 'false'),
    replaceText('createDynamoDbLedger.takeOver', '#lease < :now', '(#lease < :now OR attribute_exists(#lease))'),
  ],
  'an expired lease is permission to call': [insertAtStart('mayHaveSent', 'return false;')],
  'a row may be claimed again when its time is over': [
    replaceText(
      'createDynamoDbLedger.claim',
      'attribute_not_exists(pk) OR',
      'attribute_not_exists(pk) OR (#state = :calling AND #lease < :now) OR',
    ),
  ],
  'no sequence guard': [insertAtStart('isSuperseded', 'return false;')],
  'no lock': [insertAtStart('judgeLock', 'return PASS;')],
  'the lease has no time to settle': [replaceValue('timesAt.lease', 'functionTimeout')],
  'writes of a row have no fence': [
    replaceText(
      'IS_MINE',
      '#state = :calling AND #owner = :owner',
      'attribute_exists(#mac) OR (#state = :calling AND #owner = :owner)',
    ),
  ],
  'a group is carried side by side': [
    insertAtStart(
      'processGroup',
      'if (group.length > 1) return (await Promise.all(group.map((record) => processGroup(dependencies, [record], remaining)))).flat();',
    ),
  ],
  'the batch response names nothing': [replaceValue('createBatch.batchItemFailures', '[]')],
  'a failed record leaves the rest of its group behind': [replaceCall('processGroup', 'slice', '[record]')],
  'the first "not applied" is believed': [
    insertBefore('reconcile', 'sleep', 'if (first.verdict) return disproved(context, job, refusal);'),
  ],
  'a refusal after a doubt is believed': [
    replaceCall('decideOnFailure', 'reconcile', 'complete(job, notApplied(failure))'),
  ],
  'a reading is believed although a newer change was sent': [insertAtStart('isNewest', 'return true;')],
  'no digest is kept before an operation that must not repeat': [insertAtStart('keepBaseline', 'return undefined;')],
  'an operation that must not repeat is repeated when nothing can be told': [
    replaceCondition('undecided', 'repeatable', 'true'),
  ],
  'the raw error is logged': [replaceValue('faultOf.problem', 'message')],
  'the contents under an id are not compared': [replaceCondition('decideValid', 'fingerprint', 'false')],
  'FailedEntryCount is not checked': [insertAtStart('refusalOf', 'return undefined;')],
  'a lock is known by the claim that raised it': [
    insertBefore(
      'mayHaveSent',
      'readSubject',
      'const standing = await ledger.readSubject(subjectKey(change.subject)); return standing?.lock === row.key && standing.owner === row.owner;',
    ),
  ],
  'a conflict is named under the newest key': [insertAtStart('inConflict', 'fingerprint = change.fingerprint;')],
  'a redriven change stays behind the one that waits for it': [replaceCondition('retryGroup', 'first', 'true')],
  "the provider's breaker never opens": [insertAtStart('createBreaker.send', 'return through(request);')],
  'waiting for an outage to end uses up attempts': [
    replaceCall('decideOnFailure', 'isTooOld', 'isExhausted(job, now(), policy)'),
    replaceValue('decideOnFailure.attempts', 'row.attempts'),
  ],
  'groups that came back together stay together': [replaceCondition('scatter', 'wait', 'false')],
  'a remembered lock hides the sequence': [replaceCall('rememberLocks.acquireLock', 'isSuperseded', 'false')],
  'a reading that fails says "not applied"': [insertAtStart('unread', 'return disproved(context, job, undefined);')],
  'a remembered lock is replaced without a look at the row': [
    replaceText('createSubjectLocks.replaceLock', '#lock = :seen AND', 'attribute_exists(#lock) OR #lock = :seen AND'),
  ],
  'an action counts as applied as soon as the task has moved': [
    replaceValue(
      'BY_ITSELF',
      "Object.fromEntries([...ROLLING_BACK, ...RUNNING_ON, 'READY', 'ABORTING', 'ABORT'].map((state) => [state, [state]]))",
    ),
  ],
  'numbers of two message groups are compared': [
    replaceValue('cameBefore', '(one: Arrival, other: Arrival): boolean => isOlder(one.arrival, other.arrival)'),
  ],
  'an error in a 2xx reply is not seen': [insertAtStart('errorInReply', 'return undefined;')],
  'an unknown fate counts as a refused credential': [
    replaceValue(
      'isCurable',
      "({ error }: Failure): boolean => error.remedy === 'after_refresh' || error.remedy === 'reconcile'",
    ),
  ],
};

/** By a file of tests: mutants that matter in so rare a case that only these tests are sure to meet it. */
const IN_TESTS: Record<string, Record<string, Edit[]>> = {
  'test/lib/relay/doubt-behind-another.test.ts': {
    'a doubt is forgotten at a take-over': [replaceCondition('mayHaveSent', 'doubt', 'false')],
    'a doubt is forgotten behind the lock of another': [FORGOTTEN],
    // Either of the two edits alone is noticed by the other guard.
    'a change is repeated although another was sent': [FORGOTTEN, replaceCall('undecided', 'isNewest', 'true')],
  },
  'test/lib/relay/doubt.test.ts': {
    'a refusal overwrites a doubt': [
      replaceValue('endOpen.completion', 'completionOf(refusal.code, refusal.problems)'),
    ],
  },
};

const toMutants = (all: Record<string, Edit[]>) =>
  Object.entries(all).map(([name, edits]): Mutant => ({ name, edits }));

export const MUTANTS: Mutant[] = [
  ...toMutants(IN_RUNS),
  ...Object.entries(IN_TESTS).flatMap(([tests, all]) => toMutants(all).map((mutant) => ({ ...mutant, tests }))),
];
