import { inTurn, type Measurement, runFunction } from '../bench.ts';
import { limitProcessor } from '../cgroup.ts';
import { USUAL_WAITS } from '../stand-ins/settings.ts';

/** The share of a processor that Lambda gives to 512 MB of memory: 512 / 1769. */
const SHARE = 0.29;

/** Row 9: the init has the whole processor, as on Lambda, and the first batch has a part of it. */
export const measureLimited: Measurement = async (bench) => {
  const limited = await limitProcessor(SHARE);
  if ('skipped' in limited) return { 9: limited };
  try {
    const plan = { stages: [{ batches: 1, tasks: 'different' as const }], group: limited.processes };
    const samples = await inTurn(bench, bench.processes, ['relay', 'usual'], async (candidate) => {
      const { stages } = await runFunction(bench, candidate, USUAL_WAITS, plan);
      return stages[0]?.batches[0] ?? Number.NaN;
    });
    return { 9: { samples } };
  } finally {
    await limited.release();
  }
};
