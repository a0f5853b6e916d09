import { describe, expect, it } from 'vitest';
import { createScenarioRuns, type ScenarioParts } from '../../../local/console/scenario-runs.ts';
import type { Entry } from '../../../simulator/log.ts';
import type { KnownChange } from '../../../src/console/known.ts';

const call = { n: 1, at: '', request: 'r', method: 'PUT', path: '/', service: 'dcs', operation: 'o' } as const;
const CALLS: Entry[] = [
  { ...call, kind: 'received' },
  { ...call, kind: 'applied' },
];

/** A stage on which a change's result is published at once, and its line is written only on request. */
function stageOf(known: KnownChange): ScenarioParts {
  return {
    send: async () => ({ accepted: true }),
    faults: { set: async () => {} } as unknown as ScenarioParts['faults'],
    adopt: () => known.key,
    find: () => known,
    calls: () => (known.lines.length > 0 ? CALLS : []),
    readSimulatorLog: async () => {},
  };
}

describe('a scenario', () => {
  it('is checked only when its story is complete, whatever the order of its parts', async () => {
    const known = {
      ...{ key: 'k', change: { id: 'plain-1' }, at: 0, sent: 1, published: 1, version: 0, proof: false },
      ...{ lines: [], notes: [], operatorEvents: [] },
      result: { data: { outcome: 'succeeded', confirmed_by: 'reply' } } as KnownChange['result'],
    } as KnownChange;
    const runs = createScenarioRuns(() => stageOf(known));
    const run = await runs.start('plain');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(run?.state).toBe('running');
    known.lines.push({ message: 'change completed', timestamp: '', attempts: 1 });
    await expect.poll(() => run?.state).toBe('as expected');
  });
});
