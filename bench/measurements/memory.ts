import { type Measurement, runFunction } from '../bench.ts';
import { median } from '../judge.ts';
import { NO_WAITS } from '../stand-ins/settings.ts';

const MB = 1_000_000;

/** Row 11: what a process holds after a collection, early and late. */
export const measureMemory: Measurement = async (bench) => {
  if (bench.quick) return { 11: { skipped: 'ten thousand changes take too long for a quick run' } };
  const stages = Array.from({ length: 10 }, () => ({ batches: 100, tasks: 'different' as const }));
  const heap: number[] = [];
  const rss: number[] = [];
  for (let round = 0; round < bench.processes; round++) {
    const run = await runFunction(bench, 'relay', NO_WAITS, { stages }, ['--expose-gc']);
    const [early, late] = [run.stages.at(0)?.memory, run.stages.at(-1)?.memory];
    heap.push(((late?.heap ?? Number.NaN) - (early?.heap ?? Number.NaN)) / MB);
    rss.push(((late?.rss ?? Number.NaN) - (early?.rss ?? Number.NaN)) / MB);
  }
  const note = `held by the program after a collection; of the machine's memory ${median(rss).toFixed(1)} MB`;
  return { 11: { samples: { relay: heap }, note } };
};
