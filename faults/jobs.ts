import { type Mutant, mutate } from './mutants/mutate.ts';
import { failsTests } from './mutants/run-tests.ts';
import type { Flavour } from './outage-plan.ts';
import type { Profile } from './run.ts';
import type { MIXTURES } from './sick-tasks.ts';

/** What a thread can do, by kind. Only the job loads the relay, so that it can be changed to a mutant before. */
const JOBS = {
  async run({ seed, changes, profile, skew }: { seed: number; changes: number; profile: Profile; skew?: number }) {
    return (await import('./run.ts')).run(seed, changes, profile, skew);
  },
  async matrix({ part, of }: { part: number; of: number }) {
    return (await import('./matrix.ts')).runMatrix((index) => index % of === part);
  },
  async measurements({ seed }: { seed: number }) {
    return (await import('./measurements.ts')).measure(seed);
  },
  async outage({ flavour, changes, seed }: { flavour: Flavour; changes: number; seed: number }) {
    return (await import('./outage.ts')).runOutage(flavour, changes, seed);
  },
  async 'long-outage'({ seed }: { seed: number }) {
    return (await import('./long-outage.ts')).runLongOutage(seed);
  },
  async poison({ changes, seed }: { changes: number; seed: number }) {
    return (await import('./poison-delay.ts')).runPoison(changes, seed);
  },
  async sick({ seed, mixtures }: { seed: number; mixtures?: typeof MIXTURES }) {
    return (await import('./sick-tasks.ts')).runSick(seed, mixtures);
  },
  /** The search for mutants, in the unchanged relay. It must find nothing there; otherwise a killed mutant proves nothing. */
  async control({ tests, seed }: { tests: string[]; seed: number }) {
    return { found: failsTests(tests) ? 'a test fails' : await findViolation(seed) };
  },
  async mutant({ mutant, seed }: { mutant: Mutant; seed: number }) {
    const { name, tests } = mutant;
    if (tests !== undefined) return { name, killedBy: failsTests([tests], mutant) ? tests : undefined };
    mutate(mutant);
    return { name, killedBy: await findViolation(seed) };
  },
};

const findViolation = async (seed: number) => (await import('./find-violation.ts')).findViolation(seed);

type Jobs = typeof JOBS;
export type JobKind = keyof Jobs;
export type Job = { [Kind in JobKind]: { kind: Kind } & Parameters<Jobs[Kind]>[0] }[JobKind];
export type ReportOf<Kind extends JobKind> = Awaited<ReturnType<Jobs[Kind]>>;
export type JobReport = { [Kind in JobKind]: { kind: Kind; report: ReportOf<Kind> } }[JobKind];

/** Does a job and gives its report. */
export async function perform(job: Job): Promise<JobReport> {
  const run = JOBS[job.kind] as (job: Job) => Promise<unknown>;
  return { kind: job.kind, report: await run(job) } as JobReport;
}
