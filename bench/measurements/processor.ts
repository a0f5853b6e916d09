import { inTurn, type Measurement, runFunction, samplesOf } from '../bench.ts';
import { NO_WAITS } from '../stand-ins/settings.ts';

/** Rows 1 and 2: a process starts, loads a function, and does its first batch. */
export const measureStart: Measurement = async (bench) => {
  const stages = [{ batches: 1, tasks: 'different' as const }];
  // Three times as many processes as elsewhere, because starts are short and vary.
  const runs = await inTurn(bench, 3 * bench.processes, ['bare', 'relay', 'usual', 'vendor'], async (candidate) => {
    const { init, stages: done } = await runFunction(bench, candidate, NO_WAITS, { stages });
    return { init, whole: init + (done[0]?.batches[0] ?? 0) };
  });
  const { bare, ...others } = runs;
  const added = samplesOf(others, ({ init }, round) => init - (bare[round]?.init ?? 0));
  return {
    1: { samples: samplesOf({ ...others, bare }, ({ whole }) => whole) },
    2: { samples: { ...added, bare: bare.map(({ init }) => init) } },
  };
};

/** Rows 5 and 6: changes without waits, after the code was compiled. */
export const measurePace: Measurement = async (bench) => {
  const batches = bench.quick ? 40 : 100;
  const changes = 10 * batches;
  const stages = [batches, batches].map((count) => ({ batches: count, tasks: 'different' as const }));
  // Twice as many processes as elsewhere, because the speed of the machine varies and these rows have no waits.
  const runs = await inTurn(bench, 2 * bench.processes, ['relay', 'usual', 'vendor'], async (candidate) => {
    const { stages: done } = await runFunction(bench, candidate, NO_WAITS, { stages });
    const { cpu = 0, batches: times = [] } = done[1] ?? {};
    const seconds = times.reduce((sum, time) => sum + time) / 1000;
    return { cpu: cpu / changes, pace: changes / seconds };
  });
  return {
    5: { samples: samplesOf(runs, ({ cpu }) => cpu) },
    6: { samples: samplesOf(runs, ({ pace }) => pace) },
  };
};
