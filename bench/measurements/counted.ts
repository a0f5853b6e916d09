import { type Bench, type Measurement, runFunction } from '../bench.ts';
import type { Candidate } from '../candidates.ts';
import { type Counts, NO_WAITS } from '../stand-ins/settings.ts';

/** What is counted besides requests to AWS. */
const NO_REQUEST = new Set(['calls', 'entries']);
const WARM = 5;

async function requests(bench: Bench, candidate: Candidate, batches: number): Promise<number> {
  const { counts } = await runFunction(bench, candidate, NO_WAITS, { stages: [{ batches, tasks: 'different' }] });
  return sum(counts);
}

const sum = (counts: Counts) =>
  Object.entries(counts).reduce((all, [name, count]) => all + (NO_REQUEST.has(name) ? 0 : count), 0);

/** Requests of a process's first batch, and of each after it. */
async function count(bench: Bench, candidate: Candidate): Promise<{ first: number; warm: number }> {
  const first = await requests(bench, candidate, 1);
  return { first, warm: ((await requests(bench, candidate, 1 + WARM)) - first) / WARM };
}

/** Row 7: requests to AWS of a warm batch. */
export const measureCounted: Measurement = async (bench) => {
  const [relay, usual, vendor] = [
    await count(bench, 'relay'),
    await count(bench, 'usual'),
    await count(bench, 'vendor'),
  ];
  const note = `the first batch of a process: relay ${relay.first}, usual ${usual.first}, vendor ${vendor.first}`;
  return { 7: { samples: { relay: [relay.warm], usual: [usual.warm], vendor: [vendor.warm] }, note } };
};
