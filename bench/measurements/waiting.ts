import { type Bench, inTurn, type Measurement, runFunction, samplesOf } from '../bench.ts';
import type { Candidate } from '../candidates.ts';
import type { Tasks } from '../changes.ts';
import type { Stage } from '../programs/function.ts';
import { NEEDED, USUAL_WAITS } from '../stand-ins/settings.ts';
import { median } from '../verdict.ts';

/**
 * Batches that warm a process up for at least five seconds, then those that are measured: only a few if one takes most of a
 * second.
 */
function stagesOf(tasks: Tasks, candidate: Candidate): Stage[] {
  const warm: Stage = { batches: candidate === 'vendor' ? 6 : 60, tasks: 'different' };
  if (tasks === 'one') return [warm, { batches: 4, tasks }, { batches: 4, tasks }];
  return [warm, { batches: candidate === 'vendor' ? 4 : 25, tasks }];
}

/** The duration of a batch and its processor time, in milliseconds. */
interface Batch {
  time: number;
  processor: number;
}

async function measureBatch(bench: Bench, candidate: Candidate, tasks: Tasks): Promise<Batch> {
  const share = bench.quick ? 0.5 : 1;
  const stages = stagesOf(tasks, candidate).map((stage) => ({ ...stage, batches: Math.ceil(share * stage.batches) }));
  const run = await runFunction(bench, candidate, USUAL_WAITS, { stages });
  const { batches, cpu } = run.stages.at(-1) ?? { batches: [], cpu: 0 };
  return { time: median(batches), processor: cpu / 1000 / batches.length };
}

/** The time that a batch takes beyond its waits depends on its processor time, and that depends on the machine. */
const noteOf = (runs: Record<string, Batch[]>) => {
  const samples = Object.entries(samplesOf(runs, ({ processor }) => processor));
  const medians = samples.map(([name, list]) => `${name} ${median(list).toFixed(1)}`);
  return `milliseconds of processor time in a batch: ${medians.join(', ')}`;
};

/** Rows 3 and 4: warm batches of ten tasks, with the waits of a region. */
export const measureWaiting: Measurement = async (bench) => {
  const runs = await inTurn(bench, bench.processes, ['relay', 'floor', 'usual', 'vendor'], (candidate) =>
    measureBatch(bench, candidate, 'different'),
  );
  const { relay, ...others } = samplesOf(runs, ({ time }) => time);
  const waits = relay.map(() => NEEDED);
  return {
    3: { samples: { relay, waits, ...others }, note: noteOf(runs) },
    4: { samples: { relay, vendor: others.vendor, usual: others.usual } },
  };
};

/** Row 12: batches of ten changes of one task, with the same waits. */
export const measureOrdered: Measurement = async (bench) => {
  const runs = await inTurn(bench, bench.processes, ['relay', 'floor', 'usual'], (candidate) =>
    measureBatch(bench, candidate, 'one'),
  );
  const { relay, ...others } = samplesOf(runs, ({ time }) => time);
  return { 12: { samples: { relay, waits: relay.map(() => 10 * NEEDED), ...others }, note: noteOf(runs) } };
};
