import type { monitorEventLoopDelay } from 'node:perf_hooks';
import { DCS_OPERATIONS } from '../../src/lib/operations/dcs.ts';
import { SMS_OPERATIONS } from '../../src/lib/operations/sms.ts';
import { readResult } from '../../src/lib/relay/result.ts';
import { OUTCOMES, type Result } from '../../src/lib/relay/result-schema.ts';
import type { Verdict } from '../checker.ts';
import type { Execution, RunContext } from './execution.ts';
import type { RunEvidence } from './run-evidence.ts';

export type Figures = ReturnType<typeof figuresOf>;

/** The figures of a run: how fast it was, which faults occurred, and how the changes ended. */
export function figuresOf(
  { options, planned, lines }: RunContext,
  { provider, seconds, faultsFired, faults }: Execution,
  { evidence }: RunEvidence,
  { counts }: Verdict,
  lag: ReturnType<typeof monitorEventLoopDelay>,
) {
  const accepted = evidence.accepted.size;
  const first = [...new Map(evidence.published.map(({ uid, detail }) => [uid, detail])).values()];
  const results = first.map((detail) => readResult(detail).data);
  const count = (is: (data: Result['data']) => boolean) => results.filter(is).length;
  const retried = reasonsIn(lines);
  const kills = Object.values(faults.kills).reduce((sum, times) => sum + times, 0);
  return {
    ...options,
    accepted,
    messages: planned.length,
    seconds: Math.round(seconds),
    changes_per_second: rounded(accepted / seconds),
    kills,
    kills_by_function: faults.kills,
    take_overs: IN_DOUBT.reduce((sum, reason) => sum + (retried[reason] ?? 0), 0),
    settled_by_reading: count((data) => data.outcome === 'succeeded' && data.confirmed_by === 'read-back'),
    more_than_one_attempt: count(({ attempts = 0 }) => attempts > 1),
    outcomes: Object.fromEntries(OUTCOMES.map((name) => [name, counts[name] ?? 0])),
    operations: outcomesByOperation(results),
    unknown_share: rounded((counts.unknown ?? 0) / accepted, 5),
    sent_twice: counts.sentTwice ?? 0,
    duplicate_publishes: counts.duplicatePublishes ?? 0,
    handed_back: retried,
    bus: { refused: faults.busRefusals, failed: faults.busFailures },
    provider_faults: faultsFired,
    strangers: provider.strangers.length,
    credential_refusals: faults.credentialRefusals,
    stand_ins_lag_ms: { p99: rounded(lag.percentile(99) / 1e6), most: rounded(lag.max / 1e6) },
  };
}

/** The operations that the relay has, each once, although one may have several revisions. */
const OPERATIONS = [...new Set([...DCS_OPERATIONS, ...SMS_OPERATIONS].map(({ name }) => name))];

/** How many changes of each operation had each outcome. */
function outcomesByOperation(results: Result['data'][]): Record<string, Record<string, number>> {
  const byOperation = Map.groupBy(results, ({ operation }) => operation);
  return Object.fromEntries(
    OPERATIONS.map((name) => {
      const outcomes = Map.groupBy(byOperation.get(name) ?? [], ({ outcome }) => outcome);
      return [name, Object.fromEntries([...outcomes].map(([outcome, { length }]) => [outcome, length]))];
    }),
  );
}

/** A run with at least this many changes must have seen each operation succeed. */
const ENOUGH = 300;
/** The operations of which a run has proven nothing, because no change of theirs succeeded. */
export const unprovenIn = ({ changes, operations }: Pick<Figures, 'changes' | 'operations'>): string[] =>
  changes < ENOUGH ? [] : Object.keys(operations).filter((name) => !operations[name]?.succeeded);

const rounded = (value: number, digits = 1) => Number(value.toFixed(digits));
/** The reasons of deliveries that found, or left behind, a request whose effect is not known. */
const IN_DOUBT = ['outcome_unknown', 'not_applied', 'read_failed'];

/** How often changes are retried, by reason. */
function reasonsIn(lines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines) {
    const reason = /"change retried".*"reason":"(\w+)"/.exec(line)?.[1];
    if (reason !== undefined) counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}
