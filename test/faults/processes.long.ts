import { describe, expect, it } from 'vitest';
import { noFindings } from '../../faults/findings.ts';
import { unprovenIn } from '../../faults/processes/figures.ts';
import { run } from '../../faults/processes/run.ts';

const OPTIONS = {
  changes: 300,
  tasks: 100,
  seed: 1,
  database: 'dynalite',
  missing: 0,
  open: 120,
  workers: 2,
  killEvery: 500,
  json: false,
  log: undefined,
} as const;

/** Longer than the limits of the run itself, which says what is stuck. */
const TIMEOUT = 900_000;

describe('the packaged functions in processes that are killed', () => {
  it('keep every promise while provider and bus fail', { timeout: TIMEOUT }, async () => {
    const { findings, figures } = await run(OPTIONS, () => {});
    expect(findings).toEqual(noFindings());
    expect(unprovenIn(figures)).toEqual([]);
    expect(figures.kills).toBeGreaterThan(0);
    expect(figures.accepted).toBeGreaterThanOrEqual(OPTIONS.changes);
    expect(figures.outcomes.succeeded).toBeGreaterThan(OPTIONS.changes / 2);
    expect(Object.values(figures.provider_faults).reduce((sum, times) => sum + times)).toBeGreaterThan(10);
  });
});
