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
import { planTraffic } from './traffic.ts';
import { startWorld, TIME_SCALE } from './world.ts';

/** The broken promises of a run, and its figures. */
interface RunReport {
  findings: Findings;
  figures: Figures;
}

/** Runs the packaged functions in processes of their own under faults, and checks the evidence. It stops everything that it started. */
export async function run(options: RunOptions, report: (sentence: string) => void): Promise<RunReport> {
  const { messages: planned, subjects } = planTraffic(options, createRandom(options.seed));
  const began = Date.now();
  // The checker calculates with the times of the deployed relay.
  const scaled = (at: number) => (at - began) * TIME_SCALE;
  const records = createRecords(planned, scaled);
  const lines: string[] = [];
  const world = await startWorld(options, subjects, ({ source, line }) => void lines.push(`${source} ${line}`));
  const inventory = createInventory(world.stack);
  const lag = monitorEventLoopDelay();
  lag.enable();
  try {
    const context = { options, world, inventory, records, planned, subjects, lines, report };
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
