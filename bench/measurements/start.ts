import { inTurn, type Measurement, runFunction } from '../bench.ts';
import type { Candidate } from '../candidates.ts';
import { NO_WAITS } from '../stand-ins/settings.ts';

/** This many times as many processes as elsewhere: a start is short, and no two take the same time. */
const TIMES = 3;

/** Rows 1 and 2: a process starts, loads a function, and does its first batch. */
export const measureStart: Measurement = async (bench) => {
  const stages = [{ batches: 1, tasks: 'different' as const }];
  const runs = await inTurn(TIMES * bench.processes, ['bare', 'relay', 'usual', 'vendor'], async (candidate) => {
    const { init, stages: done } = await runFunction(bench, candidate, NO_WAITS, { stages });
    return { init, whole: init + (done[0]?.batches[0] ?? 0) };
  });
  const bare = runs.bare.map(({ init }) => init);
  const whole = (candidate: Candidate) => runs[candidate].map((run) => run.whole);
  const added = (candidate: Candidate) => runs[candidate].map(({ init }, round) => init - (bare[round] ?? 0));
  return {
    1: { samples: { relay: whole('relay'), usual: whole('usual'), vendor: whole('vendor'), bare: whole('bare') } },
    2: { samples: { relay: added('relay'), usual: added('usual'), vendor: added('vendor'), bare } },
  };
};
