import type { Edit, Mutant } from './mutation.ts';

const mutant = (name: string, ...edits: Edit[]): Mutant => ({ name, edits });

/** A mutant of which only these tests are sure to meet the rare case that matters. */
const ofTests = (tests: string, name: string, ...edits: Edit[]): Mutant => ({ name, edits, tests });
const DOUBT = 'test/lib/relay/doubt-behind-another.test.ts';
const FORGOTTEN: Edit = [
  'acquireLock',
  'replaceCall',
  'judge',
  'judge(context, { ...job, row: { ...row, doubt: false } }, ask, locked)',
];

/** Guards of the relay, each without the one thing that it is for. */
export const MUTANTS: Mutant[] = [
  mutant('an unknown fate hands the change back as idle', [
    'decideOnFailure',
    'replaceCall',
    'stayInDoubt',
    "release(job, 'provider_busy', 1000)",
  ]),
  mutant('an unknown fate is reported as failed', [
    'decideOnFailure',
    'replaceCall',
    'stayInDoubt',
    'complete(job, notApplied(failure))',
  ]),
  mutant('a time-out counts as not sent', ['FAILURES.request_timeout', 'replaceText', 'reconcile', 'later']),
  mutant('a result is published before it is stored', [
    'storeEnd',
    'insertBefore',
    'store',
    'await context.publish(toEvent(result, text));',
  ]),
  mutant('a message is acknowledged before its result is published', [
    'createRelay',
    'replaceCall',
    'publish',
    'void context.publish(toEvent(result, text)).catch(() => undefined)',
  ]),
  mutant(
    'a live lease is ignored',
    ['takeOver', 'replaceCondition', 'left', 'false'],
    ['createDynamoDbLedger.takeOver', 'replaceText', '#lease < :now', '(#lease < :now OR attribute_exists(#lease))'],
  ),
  mutant('an expired lease is permission to call', ['mayHaveSent', 'insertAtStart', '', 'return false;']),
  mutant('a row may be claimed again when its time is over', [
    'createDynamoDbLedger.claim',
    'replaceText',
    'attribute_not_exists(pk) OR',
    'attribute_not_exists(pk) OR (#state = :calling AND #lease < :now) OR',
  ]),
  mutant('no sequence guard', ['isSuperseded', 'insertAtStart', '', 'return false;']),
  mutant('no lock', ['judgeLock', 'insertAtStart', '', 'return PASS;']),
  mutant('the lease has no time to settle', ['timesAt.lease', 'replaceValue', '', 'functionTimeout']),
  mutant('writes of a row have no fence', [
    'IS_MINE',
    'replaceText',
    '#state = :calling AND #owner = :owner',
    'attribute_exists(#mac) OR (#state = :calling AND #owner = :owner)',
  ]),
  mutant('a group is carried side by side', [
    'processGroup',
    'insertAtStart',
    '',
    'if (group.length > 1) return (await Promise.all(group.map((record) => processGroup(dependencies, [record], remaining)))).flat();',
  ]),
  mutant('the batch response names nothing', ['createBatch.batchItemFailures', 'replaceValue', '', '[]']),
  mutant('a failed record leaves the rest of its group behind', ['processGroup', 'replaceCall', 'slice', '[record]']),
  mutant('the first "not applied" is believed', [
    'reconcile',
    'insertBefore',
    'sleep',
    'if (first.verdict) return disproved(context, job, refusal);',
  ]),
  mutant('a refusal after a doubt is believed', [
    'decideOnFailure',
    'replaceCall',
    'reconcile',
    'complete(job, notApplied(failure))',
  ]),
  mutant('a reading is believed although a newer change was sent', ['isNewest', 'insertAtStart', '', 'return true;']),
  mutant('no digest is kept before an operation that must not repeat', [
    'keepBaseline',
    'insertAtStart',
    '',
    'return undefined;',
  ]),
  mutant('an operation that must not repeat is repeated when nothing can be told', [
    'undecided',
    'replaceCondition',
    'repeatable',
    'true',
  ]),
  mutant('the raw error is logged', ['faultOf.problem', 'replaceValue', '', 'message']),
  mutant('the contents under an id are not compared', ['decideValid', 'replaceCondition', 'fingerprint', 'false']),
  mutant('FailedEntryCount is not checked', ['refusalOf', 'insertAtStart', '', 'return undefined;']),
  mutant('a lock is known by the claim that raised it', [
    'mayHaveSent',
    'insertBefore',
    'readSubject',
    'const standing = await ledger.readSubject(subjectKey(order.subject)); return standing?.lock === row.key && standing.owner === row.owner;',
  ]),
  mutant('a conflict is named under the newest key', [
    'inConflict',
    'insertAtStart',
    '',
    'fingerprint = change.fingerprint;',
  ]),
  mutant('a redriven change stays behind the one that waits for it', [
    'retryGroup',
    'replaceCondition',
    'first',
    'true',
  ]),
  mutant("the provider's breaker never opens", ['createBreaker.send', 'insertAtStart', '', 'return through(request);']),
  mutant(
    'waiting for an outage to end uses up attempts',
    ['decideOnFailure', 'replaceCall', 'isTooOld', 'isExhausted(job, now(), policy)'],
    ['decideOnFailure.attempts', 'replaceValue', '', 'row.attempts'],
  ),
  mutant('groups that came back together stay together', ['scatter', 'replaceCondition', 'wait', 'false']),
  mutant('a remembered lock hides the sequence', ['rememberLocks.acquireLock', 'replaceCall', 'isSuperseded', 'false']),
  mutant('a reading that fails says "not applied"', [
    'unread',
    'insertAtStart',
    '',
    'return disproved(context, job, undefined);',
  ]),
  mutant('a remembered lock is replaced without a look at the row', [
    'createSubjectLocks.replaceLock',
    'replaceText',
    '#lock = :seen AND',
    'attribute_exists(#lock) OR #lock = :seen AND',
  ]),
  ofTests(DOUBT, 'a doubt is forgotten at a take-over', ['mayHaveSent', 'replaceCondition', 'doubt', 'false']),
  ofTests(DOUBT, 'a doubt is forgotten behind the lock of another', FORGOTTEN),
  // Either of the two sees it.
  ofTests(DOUBT, 'a change is repeated although another was sent', FORGOTTEN, [
    'undecided',
    'replaceCall',
    'isNewest',
    'true',
  ]),
  mutant('an action counts as applied as soon as the task has moved', [
    'BY_ITSELF',
    'replaceValue',
    '',
    "Object.fromEntries([...ROLLING_BACK, ...RUNNING_ON, 'READY', 'ABORTING', 'ABORT'].map((state) => [state, [state]]))",
  ]),
  mutant('numbers of two message groups are compared', [
    'cameBefore',
    'replaceValue',
    '',
    '(one: Arrival, other: Arrival): boolean => isOlder(one.arrival, other.arrival)',
  ]),
  mutant('an error in a 2xx reply is not seen', ['errorInReply', 'insertAtStart', '', 'return undefined;']),
  ofTests('test/lib/relay/doubt.test.ts', 'a refusal overwrites a doubt', [
    'endOpen.completion',
    'replaceValue',
    '',
    'refused(refusal)',
  ]),
  mutant('an unknown fate counts as a refused credential', [
    'curable',
    'replaceValue',
    '',
    "({ error }: Failure): boolean => error.remedy === 'after_refresh' || error.remedy === 'reconcile'",
  ]),
];
