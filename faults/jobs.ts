import type { Findings } from './findings.ts';
import type { LongOutageReport } from './long-outage.ts';
import type { MatrixReport } from './matrix.ts';
import type { Mutant } from './mutation.ts';
import { failsTests } from './mutation-tests.ts';
import type { OutageReport } from './outage.ts';
import type { Flavour } from './outage-plan.ts';
import type { PoisonReport } from './poison-delay.ts';
import type { Profile, RunReport } from './run.ts';
import type { SickReport } from './sick-tasks.ts';
import type { SpecialReport } from './special-runs.ts';

/** What a thread may be asked to do. */
export type Job =
  | { kind: 'run'; seed: number; changes: number; profile: Profile; skew?: number }
  | { kind: 'special'; seed: number }
  | { kind: 'outage'; flavour: Flavour; changes: number; seed: number }
  | { kind: 'poison'; changes: number; seed: number }
  | { kind: 'sick'; seed: number }
  | { kind: 'long-outage'; seed: number }
  | { kind: 'matrix'; part: number; of: number }
  | { kind: 'mutant'; mutant: Mutant; seed: number }
  | { kind: 'control'; tests: string[]; seed: number };

export type JobReport =
  | { kind: 'run'; report: RunReport }
  | { kind: 'matrix'; report: MatrixReport }
  | { kind: 'special'; report: SpecialReport }
  | { kind: 'outage'; report: OutageReport }
  | { kind: 'poison'; report: PoisonReport }
  | { kind: 'sick'; report: SickReport }
  | { kind: 'long-outage'; report: LongOutageReport }
  | { kind: 'mutant'; name: string; killedBy: string | undefined }
  /** What the hunt found in the relay as it is: must be nothing, or a kill proves nothing. */
  | { kind: 'control'; found: string | undefined };

/** Does a job. The relay is loaded only now, so that a mutant can be made of it before. */
export async function perform(job: Job): Promise<JobReport> {
  switch (job.kind) {
    case 'control':
      return { kind: 'control', found: failsTests(job.tests) ? 'a test fails' : await hunt(job.seed) };
    case 'mutant':
      return killed(job.mutant, job.seed);
    case 'special':
      return { kind: 'special', report: await (await import('./special-runs.ts')).measure(job.seed) };
    case 'outage':
      return { kind: 'outage', report: await outage(job.flavour, job.changes, job.seed) };
    case 'poison':
      return { kind: 'poison', report: await (await import('./poison-delay.ts')).runPoison(job.changes, job.seed) };
    case 'sick':
      return { kind: 'sick', report: await (await import('./sick-tasks.ts')).runSick(job.seed) };
    case 'long-outage':
      return { kind: 'long-outage', report: await (await import('./long-outage.ts')).runLongOutage(job.seed) };
    case 'run': {
      const { run } = await import('./run.ts');
      return { kind: 'run', report: await run(job.seed, job.changes, job.profile, job.skew) };
    }
    case 'matrix': {
      const { runMatrix } = await import('./matrix.ts');
      return { kind: 'matrix', report: await runMatrix((index) => index % job.of === job.part) };
    }
  }
}

async function outage(flavour: Flavour, changes: number, seed: number): Promise<OutageReport> {
  const { runOutage } = await import('./outage.ts');
  return runOutage(flavour, changes, seed);
}

/** Sizes of the random runs that hunt a mutant after the directed ones. */
const HUNTS: [Profile, number][] = [
  ['harsh', 3000],
  ['default', 3000],
  ['harsh', 3000],
  ['default', 6000],
];

/** What kills a mutant: small runs, the directed ones, and then larger runs. Undefined for a survivor. */
async function hunt(seed: number): Promise<string | undefined> {
  const found =
    (await huntAt('default', 800, seed)) ?? (await huntAt('harsh', 800, seed + 1)) ?? (await directed(seed));
  return found ?? huntOn(HUNTS, seed + 2);
}

async function huntOn([next, ...rest]: [Profile, number][], seed: number): Promise<string | undefined> {
  if (!next) return undefined;
  return (await huntAt(next[0], next[1], seed)) ?? huntOn(rest, seed + 1);
}

async function huntAt(profile: Profile, changes: number, seed: number): Promise<string | undefined> {
  const { run } = await import('./run.ts');
  const { findings } = await run(seed, changes, profile);
  const found = firstOf(findings);
  return found && `${found} in ${changes} changes of the ${profile} mix with seed ${seed}`;
}

const firstOf = (findings: Findings) => Object.entries(findings).find(([, list]) => list.length > 0)?.[0];

async function directed(seed: number): Promise<string | undefined> {
  const { lateGuards } = await import('./special-runs.ts');
  const late = firstOf((await lateGuards(100, seed)).findings);
  if (late !== undefined) return `${late} with guards that take effect late`;
  const { settingsUnderWay } = await import('./settings-under-way.ts');
  for (const [change, findings] of Object.entries(await settingsUnderWay(seed))) {
    const found = firstOf(findings);
    if (found !== undefined) return `${found} where a deployment brings ${change}`;
  }
  const [away] = (await outage('silent', 300, seed)).problems;
  if (away !== undefined) return away;
  const { besidePoison } = await import('./poison-delay.ts');
  const [beside] = await besidePoison(40, seed);
  if (beside !== undefined) return beside;
  const { runMatrix } = await import('./matrix.ts');
  return (await runMatrix()).failures[0];
}

async function killed(mutant: Mutant, seed: number): Promise<JobReport> {
  const { name, tests } = mutant;
  if (tests !== undefined) return { kind: 'mutant', name, killedBy: failsTests([tests], mutant) ? tests : undefined };
  const { mutate } = await import('./mutation.ts');
  mutate(mutant);
  return { kind: 'mutant', name, killedBy: await hunt(seed) };
}
