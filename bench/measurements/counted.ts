import { type Bench, type Measurement, runFunction } from '../bench.ts';
import type { Candidate } from '../candidates.ts';
import { NO_WAITS } from '../stand-ins/settings.ts';

const WARM = 5;

async function requests(bench: Bench, candidate: Candidate, batches: number): Promise<number> {
  const run = await runFunction(bench, candidate, NO_WAITS, { stages: [{ batches, tasks: 'different' }] });
  const { calls: _calls, entries: _entries, ...toAws } = run.counts;
  return Object.values(toAws).reduce((sum, count) => sum + count, 0);
}

/** The number of requests of a process's first batch, and of each later one. */
async function count(bench: Bench, candidate: Candidate): Promise<{ first: number; warm: number }> {
  const first = await requests(bench, candidate, 1);
  return { first, warm: ((await requests(bench, candidate, 1 + WARM)) - first) / WARM };
}

/** Row 7: requests to AWS of a warm batch. */
export const measureRequests: Measurement = async (bench) => {
  const relay = await count(bench, 'relay');
  const usual = await count(bench, 'usual');
  const vendor = await count(bench, 'vendor');
  const note = `the first batch of a process: relay ${relay.first}, usual ${usual.first}, vendor ${vendor.first}`;
  return { 7: { samples: { relay: [relay.warm], usual: [usual.warm], vendor: [vendor.warm] }, note } };
};

/** Row 10: the larger bundle of the two queue handlers. */
export const measureSize: Measurement = async ({ bundles: { sizes } }) => {
  const [dcs = 0, sms = 0] = [sizes['dcs-changes.mjs'], sizes['sms-changes.mjs']];
  return { 10: { samples: { relay: [Math.max(dcs, sms) / 1000] } } };
};
