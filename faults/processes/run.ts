import { writeFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { check } from '../checker.ts';
import type { Findings } from '../findings.ts';
import { createRandom } from '../world/random.ts';
import { runCourse } from './course.ts';
import { type Figures, figuresOf } from './figures.ts';
import { gather } from './gather.ts';
import { createInventory } from './inventory.ts';
import type { RunOptions } from './options.ts';
import { createRecords } from './records.ts';
import { plan } from './traffic.ts';
import { startWorld, TIME_SCALE } from './world.ts';

/** What a run came to: the broken promises by name, and what was counted. */
export interface RunReport {
  findings: Findings;
  figures: Figures;
}

/** Runs the packaged functions in processes of their own under faults, and judges what came of it. Ends all that it started. */
export async function run(options: RunOptions, say: (sentence: string) => void): Promise<RunReport> {
  const sendings = plan(options, createRandom(options.seed));
  const began = Date.now();
  // The checker counts in the times of the deployed relay.
  const scaled = (at: number) => (at - began) * TIME_SCALE;
  const records = createRecords(sendings, scaled);
  const lines: string[] = [];
  const world = await startWorld(options, ({ source, line }) => void lines.push(`${source} ${line}`));
  const inventory = createInventory(world.stack);
  const lag = monitorEventLoopDelay();
  lag.enable();
  try {
    const scene = { options, world, inventory, records, sendings, lines, say };
    const course = await runCourse(scene);
    const gathered = await gather(scene, course, scaled);
    const verdict = check(gathered.evidence);
    verdict.findings.wrongRequests.push(...gathered.strangers);
    return { findings: verdict.findings, figures: figuresOf(scene, course, gathered, verdict, lag) };
  } finally {
    if (options.log !== undefined) await writeFile(options.log, `${lines.join('\n')}\n`);
    lag.disable();
    inventory.close();
    await world.stack.stop();
  }
}
