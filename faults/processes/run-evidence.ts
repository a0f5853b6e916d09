import type { Evidence } from '../evidence.ts';
import type { Execution, RunContext } from './execution.ts';
import { translate } from './provider-log.ts';
import { SETTINGS } from './world.ts';

/** All that the checker may look at, and sentences about requests and results that belong to no change. */
export interface RunEvidence {
  evidence: Evidence;
  unexpected: string[];
}

/** Collects the provider's log, the results, what is left in the queues, and every text in which no secret may be. */
export async function collectEvidence(
  context: RunContext,
  execution: Execution,
  scaled: (at: number) => number,
): Promise<RunEvidence> {
  const { world, inventory, records, lines, planned, subjects } = context;
  const { requestOf, strangers } = execution.provider;
  const known = { records, subjects, scaled, requestOf, strangers, listLag: SETTINGS.list_lag_ms };
  const { log, unexpected } = translate({ entries: world.provider.log(), ...known });
  const uids = new Map(planned.map(({ text, change }) => [text, change.uid]));
  const dead = (await inventory.dead()).map((body) => uids.get(body) ?? 'unknown');
  const evidence: Evidence = {
    accepted: records.accepted,
    log,
    published: records.published,
    waiting: execution.drained ? [] : records.openUids(),
    dead,
    // No message becomes a dead letter on purpose here.
    overReceived: dead,
    dangling: 0,
    texts: {
      results: records.published.map(({ detail }) => detail),
      ledger: await inventory.rows(),
      logs: [...lines],
    },
  };
  return { evidence, unexpected: [...unexpected, ...records.unexpected] };
}
