import { type Bench, inTurn, type Measurement, runFunction } from '../bench.ts';
import type { Candidate } from '../candidates.ts';
import type { Tasks } from '../changes.ts';
import { median } from '../judge.ts';
import type { Stage } from '../programs/plan.ts';
import { NEEDED, USUAL_WAITS } from '../stand-ins/settings.ts';

/** Five seconds of batches that warm a process up, then those that count: few where one takes most of a second. */
function stagesOf(tasks: Tasks, candidate: Candidate): Stage[] {
  const warm: Stage = { batches: candidate === 'vendor' ? 6 : 60, tasks: 'different' };
  if (tasks === 'one') return [warm, { batches: 1, tasks }, { batches: 4, tasks }];
  return [warm, { batches: candidate === 'vendor' ? 4 : 25, tasks }];
}

async function batchTime(bench: Bench, candidate: Candidate, tasks: Tasks): Promise<number> {
  const share = bench.quick ? 0.5 : 1;
  const stages = stagesOf(tasks, candidate).map((stage) => ({ ...stage, batches: Math.ceil(share * stage.batches) }));
  const run = await runFunction(bench, candidate, USUAL_WAITS, { stages });
  return median(run.stages.at(-1)?.batches ?? []);
}

/** Rows 3 and 4: warm batches of ten tasks, with the waits of a region. */
export const measureWaiting: Measurement = async (bench) => {
  const { relay, floor, usual, vendor } = await inTurn(
    bench.processes,
    ['relay', 'floor', 'usual', 'vendor'],
    (candidate) => batchTime(bench, candidate, 'different'),
  );
  const waits = relay.map(() => NEEDED);
  return { 3: { samples: { relay, waits, floor, usual, vendor } }, 4: { samples: { relay, vendor, usual } } };
};

/** Row 12: batches of ten changes of one task, with the same waits. */
export const measureOrdered: Measurement = async (bench) => {
  const { relay, floor, usual } = await inTurn(bench.processes, ['relay', 'floor', 'usual'], (candidate) =>
    batchTime(bench, candidate, 'one'),
  );
  return { 12: { samples: { relay, waits: relay.map(() => 10 * NEEDED), floor, usual } } };
};
