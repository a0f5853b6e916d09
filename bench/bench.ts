import { type Bundles, type Candidate, environmentOf } from './candidates.ts';
import type { Measured } from './judge.ts';
import type { Plan, Report } from './programs/function.ts';
import { runProgram } from './run-function.ts';
import { type Counts, isWaiting, type Waits } from './stand-ins/settings.ts';
import type { StandIns } from './start-stand-ins.ts';

/** What a measurement works with. */
export interface Bench {
  bundles: Bundles;
  standIns: StandIns;
  /** How many processes of each candidate. */
  processes: number;
  /** Fewer batches, for a look. */
  quick: boolean;
}

/** Measures one or more rows, by their number. */
export type Measurement = (bench: Bench) => Promise<Record<number, Measured>>;

/** What one process did. */
export interface Run extends Report {
  /** Milliseconds from the start of the process until the function was loaded. */
  init: number;
  counts: Counts;
}

/** Runs a function in a fresh process. Throws if a change did not reach the provider exactly once, or its result not the bus. */
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
    throw new Error(`${candidate}: of ${changes} changes ${calls} were called and ${entries} published`);
  return { ...report, init: report.ready - started, counts };
}

/** Runs each candidate once per round, in an order that moves on, so that none always follows the same one. */
export async function inTurn<Name extends Candidate, Figures>(
  processes: number,
  candidates: readonly Name[],
  run: (candidate: Name) => Promise<Figures>,
): Promise<Record<Name, Figures[]>> {
  const found = Object.fromEntries(candidates.map((name) => [name, []])) as Record<string, Figures[]>;
  for (let round = 0; round < processes; round++) {
    const first = round % candidates.length;
    const order = [...candidates.slice(first), ...candidates.slice(0, first)];
    for (const candidate of order) found[candidate]?.push(await run(candidate));
  }
  return found as Record<Name, Figures[]>;
}

/** One figure of the runs of each candidate. */
export const samplesOf = <Name extends string, Figures>(
  runs: Record<Name, Figures[]>,
  figureOf: (figures: Figures, round: number) => number,
) =>
  Object.fromEntries(Object.entries<Figures[]>(runs).map(([name, list]) => [name, list.map(figureOf)])) as Record<
    Name,
    number[]
  >;
