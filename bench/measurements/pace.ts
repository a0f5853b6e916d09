import { inTurn, type Measurement, runFunction } from '../bench.ts';
import type { Candidate } from '../candidates.ts';
import { NO_WAITS } from '../stand-ins/settings.ts';

/** This many times as many processes as elsewhere: the machine's speed changes from one to the next, and nothing here only waits. */
const TIMES = 2;

/** Rows 5 and 6: as many changes as fit, nothing waits, the code compiled. */
export const measurePace: Measurement = async (bench) => {
  const batches = bench.quick ? 40 : 100;
  const stages = [batches, batches].map((count) => ({ batches: count, tasks: 'different' as const }));
  const runs = await inTurn(TIMES * bench.processes, ['relay', 'usual', 'vendor'], async (candidate) => {
    const { stages: done } = await runFunction(bench, candidate, NO_WAITS, { stages });
    const { cpu = 0, batches: times = [] } = done[1] ?? {};
    const seconds = times.reduce((sum, time) => sum + time) / 1000;
    return { cpu: cpu / (10 * batches), pace: (10 * batches) / seconds };
  });
  const cpu = (candidate: Candidate) => runs[candidate].map((run) => run.cpu);
  const pace = (candidate: Candidate) => runs[candidate].map((run) => run.pace);
  return {
    5: { samples: { relay: cpu('relay'), usual: cpu('usual'), vendor: cpu('vendor') } },
    6: { samples: { relay: pace('relay'), usual: pace('usual'), vendor: pace('vendor') } },
  };
};
