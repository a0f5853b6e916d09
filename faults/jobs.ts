import type { MatrixReport } from './matrix.ts';
import type { Mutant } from './mutants.ts';
import type { Profile, RunReport } from './run.ts';
import type { SpecialReport } from './special-runs.ts';

/** What a thread may be asked to do. */
export type Job =
  | { kind: 'run'; seed: number; changes: number; profile: Profile; skew?: number }
  | { kind: 'special'; seed: number }
  | { kind: 'matrix'; part: number; of: number }
  | { kind: 'mutant'; mutant: Mutant; seed: number }
  | { kind: 'control'; seed: number };

export type JobReport =
  | { kind: 'run'; report: RunReport }
  | { kind: 'matrix'; report: MatrixReport }
  | { kind: 'special'; report: SpecialReport }
  | { kind: 'mutant'; name: string; killedBy: string | undefined }
  /** What the hunt found in the relay as it is: must be nothing, or a kill proves nothing. */
  | { kind: 'control'; found: string | undefined };

/** Does a job. The relay is loaded only now, so that a mutant can be made of it before. */
export async function perform(job: Job): Promise<JobReport> {
  if (job.kind === 'control') return { kind: 'control', found: await hunt(job.seed) };
  if (job.kind === 'mutant') return killed(job.mutant, job.seed);
  if (job.kind === 'special') {
    const { measure } = await import('./special-runs.ts');
    return { kind: 'special', report: await measure(job.seed) };
  }
  if (job.kind === 'run') {
    const { run } = await import('./run.ts');
    return { kind: 'run', report: await run(job.seed, job.changes, job.profile, job.skew) };
  }
  const { runMatrix } = await import('./matrix.ts');
  return { kind: 'matrix', report: await runMatrix((index) => index % job.of === job.part) };
}

/** Sizes of the runs that hunt a mutant, most telling first. */
const HUNTS: [Profile, number][] = [
  ['default', 800],
  ['harsh', 800],
  ['default', 3000],
  ['harsh', 3000],
  ['harsh', 3000],
  ['default', 6000],
];

/** What kills a mutant: the runs, one after the other, and then the matrix. Undefined for a survivor. */
async function hunt(seed: number): Promise<string | undefined> {
  const { run } = await import('./run.ts');
  for (const [index, [profile, changes]] of HUNTS.entries()) {
    const { findings } = await run(seed + index, changes, profile);
    const found = Object.entries(findings).find(([, list]) => list.length > 0);
    if (found) return `${found[0]} in ${changes} changes of the ${profile} mix with seed ${seed + index}`;
    if (index === 1) {
      const failure = await firstFailure();
      if (failure !== undefined) return failure;
    }
  }
  return undefined;
}

async function killed({ name, edits }: Mutant, seed: number): Promise<JobReport> {
  const { mutate } = await import('./mutation.ts');
  mutate(edits);
  return { kind: 'mutant', name, killedBy: await hunt(seed) };
}

async function firstFailure(): Promise<string | undefined> {
  const { runMatrix } = await import('./matrix.ts');
  return (await runMatrix()).failures[0];
}
