import { inTurn, type Measurement, runFunction, samplesOf } from '../bench.ts';
import { NO_WAITS } from '../stand-ins/settings.ts';
import { median } from '../verdict.ts';

const MB = 1_000_000;
const NONE = { heap: Number.NaN, rss: Number.NaN };

/** Row 11: the memory of a process after a garbage collection, early and late. */
export const measureMemory: Measurement = async (bench) => {
  if (bench.quick) return { 11: { skipped: 'ten thousand changes take too long for --quick' } };
  const stages = Array.from({ length: 10 }, () => ({ batches: 100, tasks: 'different' as const }));
  const runs = await inTurn(bench, bench.processes, ['relay'], async (candidate) => {
    const run = await runFunction(bench, candidate, NO_WAITS, { stages }, ['--expose-gc']);
    const [early = NONE, ...later] = run.stages.map(({ memory }) => memory);
    const { heap, rss } = later.at(-1) ?? NONE;
    return { heap: (heap - early.heap) / MB, rss: (rss - early.rss) / MB };
  });
  const grown = median(runs.relay.map(({ rss }) => rss));
  const note = `heap and buffers after a garbage collection; the process grew by ${grown.toFixed(1)} MB`;
  return { 11: { samples: samplesOf(runs, ({ heap }) => heap), note } };
};
