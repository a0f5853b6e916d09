import { type Bundles, type Candidate, environmentOf } from './candidates.ts';
import type { Plan, Report } from './programs/function.ts';
import { runProgram } from './run-function.ts';
import { type Counts, isWaiting, type Waits } from './stand-ins/settings.ts';
import type { StandIns } from './start-stand-ins.ts';
import type { RowMeasurement } from './verdict.ts';

/** What a measurement gets. */
export interface Bench {
  bundles: Bundles;
  standIns: StandIns;
  /** The number of processes of each candidate. */
  processes: number;
  /** True for fewer batches and less exact figures. */
  quick: boolean;
  /** True to compare with the relay of another checkout instead of the peers. */
  against: boolean;
}

/** Measures one or more rows, by their number. */
export type Measurement = (bench: Bench) => Promise<Record<number, RowMeasurement>>;

/** What one process measured. */
interface Run extends Report {
  /** Milliseconds from the start of the process until the function was loaded. */
  init: number;
  counts: Counts;
}

/**
 * Runs a function in a new process. Throws unless each change reached the provider exactly once and its result reached the
 * bus.
 */
export async function runFunction(
  { bundles, standIns }: Bench,
  candidate: Candidate,
  waits: Waits,
  plan: Omit<Plan, 'bundle'>,
  options: string[] = [],
): Promise<Run> {
  await standIns.renew(waits);
  const argument = JSON.stringify({ ...plan, bundle: bundles.functions[candidate] } satisfies Plan);
  const environment = environmentOf(standIns.origins, bundles.certificate);
  const { started, report } = await runProgram<Report>({
    program: bundles.programs.function,
    argument,
    environment,
    options,
    apart: isWaiting(waits),
  });
  const counts = await standIns.renew(waits);
  const changes = candidate === 'bare' ? 0 : plan.stages.reduce((sum, { batches }) => sum + 10 * batches, 0);
  const { calls = 0, entries = 0 } = counts;
  if (calls !== changes || entries !== changes)
    throw new Error(`${candidate}: ${changes} changes made ${calls} calls and published ${entries} results`);
  return { ...report, init: report.ready - started, counts };
}

/**
 * Runs the relay and its peers once per round. The order changes with each round, so that none always follows the same one.
 * To compare two states of the relay, the other state takes the place of the peers; row 2 needs `bare` as well.
 */
export async function inTurn<Name extends Candidate, Figures>(
  { against }: Bench,
  processes: number,
  peers: readonly Name[],
  run: (candidate: Candidate) => Promise<Figures>,
): Promise<Record<Name, Figures[]>> {
  const candidates: Candidate[] = against
    ? ['before', 'relay', ...peers.filter((name) => name === 'bare')]
    : [...peers];
  const found: Partial<Record<Candidate, Figures[]>> = Object.fromEntries(candidates.map((name) => [name, []]));
  for (let round = 0; round < processes; round++) {
    const first = round % candidates.length;
    const order = [...candidates.slice(first), ...candidates.slice(0, first)];
    for (const candidate of order) found[candidate]?.push(await run(candidate));
  }
  return found as Record<Name, Figures[]>;
}

/** Takes one figure from each run of each candidate. */
export const samplesOf = <Name extends string, Figures>(
  runs: Record<Name, Figures[]>,
  figureOf: (figures: Figures, round: number) => number,
) =>
  Object.fromEntries(Object.entries<Figures[]>(runs).map(([name, list]) => [name, list.map(figureOf)])) as Record<
    Name,
    number[]
  >;
