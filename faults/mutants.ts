import type { Edit } from './mutation.ts';

/** A guard of the relay removed or bent: the simulator must notice. */
export interface Mutant {
  name: string;
  edits: Edit[];
}

const mutant = (name: string, file: string, find: string, replace: string, ...more: Edit[]): Mutant => ({
  name,
  edits: [{ file, find, replace }, ...more],
});

/** Guards of the relay, each without the one thing that it is for. */
export const MUTANTS: Mutant[] = [
  mutant(
    'an unknown fate hands the change back as idle',
    'relay/attempt.ts',
    "if (failure.executed === 'unknown') return stayUnknown(context, job, failure);",
    "if (failure.executed === 'unknown') return letGo(context, job, 'provider_busy', 1000);",
  ),
  mutant(
    'an unknown fate is reported as failed',
    'relay/attempt.ts',
    "if (failure.executed === 'unknown') return stayUnknown(context, job, failure);",
    "if (failure.executed === 'unknown') return finish(context, job, notApplied(failure));",
  ),
  mutant(
    'a time-out counts as not sent',
    'provider/failures.ts',
    "request_timeout: ['service_error', 'reconcile'",
    "request_timeout: ['service_error', 'later'",
  ),
  mutant(
    'a result is published before it is stored',
    'relay/job.ts',
    "if (await context.ledger.store(row.key, owner, result, ending.outcome === 'unknown')) return result;",
    'const { source, type } = JSON.parse(result) as { source: string; type: string };\n' +
      'await context.publish({ source, detailType: type, detail: result });\n' +
      "if (await context.ledger.store(row.key, owner, result, ending.outcome === 'unknown')) return result;",
  ),
  mutant(
    'a message is acknowledged before its result is published',
    'relay/relay.ts',
    'await context.publish(toEvent(text, result));',
    'context.publish(toEvent(text, result)).catch(() => undefined);',
  ),
  mutant('a live lease is ignored', 'relay/relay.ts', 'if (left >= 0) throw', 'if (left >= Infinity) throw', {
    file: 'ledger/dynamodb-ledger.ts',
    find: '#owner = :old AND #lease < :now',
    replace: '#owner = :old AND (#lease < :now OR attribute_exists(#lease))',
  }),
  mutant(
    'an expired lease is permission to call',
    'relay/relay.ts',
    "return held.doubt ? reconcile(context, job(held)) : letGo(context, job(held), 'contended', 0);",
    "return reconcile === undefined ? '' : letGo(context, job(held), 'contended', 0, { doubt: false });",
  ),
  mutant(
    'a row may be claimed again when its time is over',
    'ledger/dynamodb-ledger.ts',
    "'attribute_not_exists(pk) OR (#state = :ready AND #mac = :mac)',\n        {\n          ...isMine(owner),",
    "'attribute_not_exists(pk) OR (#state = :ready AND #mac = :mac) OR (#state = :calling AND #lease < :now)',\n        {\n          ...isMine(owner),",
  ),
  mutant(
    'no sequence guard',
    'relay/order.ts',
    'return sequence === undefined\n',
    'if (task.barrier) return false;\n  return sequence === undefined\n',
  ),
  mutant(
    'no barrier',
    'relay/order.ts',
    'const open = task.until > now;',
    'const open = task.until > now;\n  if (maxAge > 0) return PASS;',
  ),
  mutant(
    'the lease has no time to settle',
    'relay/times.ts',
    'lease: functionTimeout + skew + settle,',
    'lease: functionTimeout,',
  ),
  mutant(
    'writes of a row have no fence',
    'ledger/dynamodb-ledger.ts',
    "const IS_MINE = '#state = :calling AND #owner = :owner';",
    "const IS_MINE = 'attribute_exists(#mac) OR (#state = :calling AND #owner = :owner)';",
  ),
  mutant(
    'a group is carried side by side',
    'queue/batch.ts',
    'for (const [index, record] of group.entries()) {',
    'if (group.length > 1) return (await Promise.all(group.map((one) => carryGroup(edges, [one], remaining)))).flat();\n  for (const [index, record] of group.entries()) {',
  ),
  mutant(
    'the batch response names nothing',
    'queue/batch.ts',
    'batchItemFailures: failed.map',
    'batchItemFailures: failed.slice(0, 0).map',
  ),
  mutant(
    'a failed record leaves the rest of its group behind',
    'queue/batch.ts',
    'return handBack(edges, group.slice(index), wait, remaining);',
    'return handBack(edges, [record], wait, remaining);',
  ),
  mutant(
    'the first "not applied" is believed',
    'relay/reconcile.ts',
    'await context.sleep(context.policy.times.readGap);\n',
    'if (first.verdict) return disproved(context, job, refusal);\n',
  ),
  mutant(
    'a refusal after a doubt is believed',
    'relay/attempt.ts',
    'return row.doubt ? reconcile(context, job, failure) : finish(',
    'return row.doubt && job.owner === reconcile.name ? reconcile(context, job, failure) : finish(',
  ),
  mutant(
    'a reading is believed although a newer change was sent',
    'relay/reconcile.ts',
    '?.barrier === order.key;',
    '?.barrier !== undefined;',
  ),
  mutant(
    'no digest is kept before an operation that must not repeat',
    'relay/attempt.ts',
    'if (order.operation.repeatable || row.before !== undefined) return undefined;',
    'if (order.operation.name || row.before !== undefined) return undefined;',
  ),
  mutant(
    'an operation that must not repeat is repeated when nothing can be told',
    'relay/reconcile.ts',
    'const again = order.operation.repeatable && !refusal',
    'const again = order.operation.name && !refusal',
  ),
  mutant(
    'the raw error is logged',
    'observability/journal.ts',
    'problem: error instanceof SecretShapeError ? message : undefined,',
    'problem: error instanceof SecretShapeError ? message : message,',
  ),
  mutant(
    'the contents under an id are not compared',
    'relay/relay.ts',
    'if (print.mac !== first.row.fingerprint.mac) return refuseConflict(context, order, print);',
    'if (print.mac === "") return refuseConflict(context, order, print);',
  ),
  mutant(
    'FailedEntryCount is not checked',
    'edges/eventbridge-publisher.ts',
    'if (FailedEntryCount === 0) return undefined;',
    'if (FailedEntryCount >= 0) return undefined;',
  ),
  mutant(
    'a barrier is known by the claim that raised it',
    'relay/guard.ts',
    'return (await ledger.readTask(taskKey(order.task)))?.barrier === row.key;',
    'const standing = await ledger.readTask(taskKey(order.task));\n  return standing?.barrier === row.key && standing.owner === row.owner;',
  ),
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is source text of the relay.
  mutant(
    'a conflict is named under the newest key',
    'relay/relay.ts',
    'const kept = { ...of, key: `${of.key}#${print.mac}`, fingerprint: print };',
    'const kept = { ...of, key: `${of.key}#${of.fingerprint.mac}` };',
  ),
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: until here.
  mutant(
    'a redriven change stays behind the one that waits for it',
    'queue/batch.ts',
    'if (!first) {',
    'if (!first || first) {',
  ),
  mutant(
    "the provider's breaker never opens",
    'ledger/provider-breaker.ts',
    'if (!row || row.failures < THRESHOLD) return through(request);',
    'if (!row || row.failures >= 0) return through(request);',
  ),
  mutant(
    'waiting for an outage to end uses up attempts',
    'relay/attempt.ts',
    'if (failure.paused && !isTooOld(row, now(), policy))',
    'if (failure.paused && !isExhausted(row, now(), policy))',
    {
      file: 'relay/attempt.ts',
      find: '{ attempts: row.attempts - 1 },\n      failure,',
      replace: '{},\n      failure,',
    },
  ),
  mutant(
    'groups that came back together stay together',
    'queue/batch.ts',
    'if (wait > visibility) await',
    'if (wait > Infinity) await',
  ),
  mutant(
    'a remembered barrier hides the sequence',
    'ledger/remembered-barriers.ts',
    'const lifted = last?.ended && !isSuperseded(request, last.row);',
    'const lifted = last?.ended;',
  ),
  mutant(
    'a reading that fails says "not applied"',
    'relay/reconcile.ts',
    "if ('failure' in first) return unread(context, job, first.failure);",
    "if ('failure' in first) return disproved(context, job, refusal);",
  ),
  mutant(
    'a remembered barrier is replaced without a look at the row',
    'ledger/dynamodb-ledger.ts',
    "const condition = '#barrier = :seen AND #owner = :seenOwner AND #until = :seenUntil';",
    "const condition = 'attribute_exists(#barrier) OR (#barrier = :seen AND #owner = :seenOwner AND #until = :seenUntil)';",
  ),
];
