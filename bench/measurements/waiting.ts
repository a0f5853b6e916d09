import { type Bench, inTurn, type Measurement, runFunction } from '../bench.ts';
import type { Candidate } from '../candidates.ts';
import type { Tasks } from '../changes.ts';
import { median } from '../judge.ts';
import { NEEDED, USUAL_WAITS } from '../stand-ins/settings.ts';

/** Warm batches, then those that count; few where one takes most of a second. */
const stagesOf = (tasks: Tasks, many: boolean, quick: boolean) => {
  const [warm, counted] = many ? [15, 25] : [2, 4];
  return [warm, counted].map((batches) => ({ batches: quick ? Math.ceil(batches / 2) : batches, tasks }));
};

async function batchTime(bench: Bench, candidate: Candidate, tasks: Tasks): Promise<number> {
  const many = tasks === 'different' && candidate !== 'vendor';
  const plan = { stages: stagesOf(tasks, many, bench.quick) };
  const { stages } = await runFunction(bench, candidate, USUAL_WAITS, plan);
  return median(stages[1]?.batches ?? []);
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
