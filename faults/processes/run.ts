import { writeFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { check } from '../checker.ts';
import type { Findings } from '../findings.ts';
import { createRandom } from '../world/random.ts';
import { execute } from './execution.ts';
import { type Figures, figuresOf } from './figures.ts';
import { createInventory } from './inventory.ts';
import type { RunOptions } from './options.ts';
import { createRecords } from './records.ts';
import { collectEvidence } from './run-evidence.ts';
import { plan } from './traffic.ts';
import { startWorld, TIME_SCALE } from './world.ts';

/** What a run came to: the broken promises by name, and what was counted. */
export interface RunReport {
  findings: Findings;
  figures: Figures;
}

/** Runs the packaged functions in processes of their own under faults, and judges what came of it. Ends all that it started. */
export async function run(options: RunOptions, say: (sentence: string) => void): Promise<RunReport> {
  const planned = plan(options, createRandom(options.seed));
  const began = Date.now();
  // The checker counts in the times of the deployed relay.
  const scaled = (at: number) => (at - began) * TIME_SCALE;
  const records = createRecords(planned, scaled);
  const lines: string[] = [];
  const world = await startWorld(options, ({ source, line }) => void lines.push(`${source} ${line}`));
  const inventory = createInventory(world.stack);
  const lag = monitorEventLoopDelay();
  lag.enable();
  try {
    const context = { options, world, inventory, records, planned, lines, say };
    const execution = await execute(context);
    const collected = await collectEvidence(context, execution, scaled);
    const verdict = check(collected.evidence);
    verdict.findings.wrongRequests.push(...collected.unexpected);
    return { findings: verdict.findings, figures: figuresOf(context, execution, collected, verdict, lag) };
  } finally {
    if (options.log !== undefined) await writeFile(options.log, `${lines.join('\n')}\n`);
    lag.disable();
    inventory.close();
    await world.stack.stop();
  }
}
