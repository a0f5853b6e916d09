import { readResult } from '../src/lib/relay/result.ts';
import { check } from './checker.ts';
import type { Evidence } from './evidence.ts';
import { sentencesOf } from './findings.ts';
import { CASES, type Case, expectedOutcome, hasEarlierEnd, nameOf, outcomeOfNewer, stepsOf } from './matrix-cases.ts';
import { sendingsOf, worldOf } from './matrix-changes.ts';
import { CALM, type Script, simulate } from './simulation.ts';
import { type Faults, noFaults } from './world/faults.ts';
import { createRandom } from './world/random.ts';
import type { Step, When } from './world/step.ts';

interface MatrixReport {
  cases: number;
  /** The cases in which the worker ended at its step. The others have no such step. */
  killed: number;
  failures: string[];
}

/** Runs the cases of the kill matrix whose index `isWanted`. */
export async function runMatrix(isWanted: (index: number) => boolean = () => true): Promise<MatrixReport> {
  const report: MatrixReport = { cases: 0, killed: 0, failures: [] };
  for (const [index, one] of CASES.entries()) {
    if (!isWanted(index)) continue;
    const { killed, problems } = await runCase(one);
    report.cases++;
    if (killed) report.killed++;
    report.failures.push(...problems);
  }
  return report;
}

/** Runs one case. The problems are the checker's findings and wrong outcomes. */
async function runCase(one: Case): Promise<{ killed: boolean; problems: string[] }> {
  const random = createRandom(1);
  const faults = faultsOf(one);
  const planned = sendingsOf(one);
  const settings = { ...CALM, script: scriptOf(one, faults), workers: 3, skew: 0 };
  const evidence = await simulate(planned, settings, faults, random);
  const killed = faults.hasKilled();
  const problems = [
    ...sentencesOf(nameOf(one), check(evidence).findings),
    ...wrongOutcomes(evidence, one, killed).map((problem) => `${nameOf(one)}: ${problem}`),
  ];
  return { killed, problems };
}

/** The provider behaves once as the case says, and then well. Only a refusal for good is repeated. */
function faultsOf(one: Case): Faults & { hasKilled(): boolean } {
  let calls = 0;
  let killed = false;
  let ended = !hasEarlierEnd(one);
  const endAtStore = (step: Step, when: When) => {
    ended = step === 'store' && when === 'before';
    return ended ? ('crash' as const) : undefined;
  };
  const isDue = (step: Step, when: When) => when === one.when && stepsOf(one.step).includes(step);
  return {
    ...noFaults,
    hasKilled: () => killed,
    process(step, when, uid) {
      if (uid === 'b' || killed) return undefined;
      if (!ended) return endAtStore(step, when);
      killed = isDue(step, when);
      return killed ? 'crash' : undefined;
    },
    call(uid) {
      if (uid !== 'a') return 'ok';
      return calls++ === 0 || one.behaviour === 'refused_400' ? one.behaviour : 'ok';
    },
  };
}

function scriptOf(one: Case, faults: { hasKilled(): boolean }): Script {
  const { aftermath } = one;
  const { prepare, meanwhile } = worldOf(one);
  let times = 0;
  const first = () => times++ === 0;
  return {
    prepare({ clock, cloud }) {
      prepare(cloud);
      clock.at(clock.now() + 5000, () => meanwhile?.(cloud));
    },
    received({ clock, queue }, [message]) {
      if (aftermath === 'duplicate' && message && first()) clock.at(clock.now() + 15, () => queue.expose(message));
    },
    isDeadLetter: (uid) => aftermath === 'redrive' && uid === 'a' && faults.hasKilled() && first(),
  };
}

function wrongOutcomes({ published }: Evidence, one: Case, killed: boolean): string[] {
  const outcomeOf = (uid: string) => {
    const detail = published.find((event) => event.uid === uid)?.detail;
    return detail && readResult(detail).data.outcome;
  };
  const wanted: Record<string, string> = { a: expectedOutcome(one, killed) };
  if (one.aftermath === 'redrive') wanted.b = outcomeOfNewer(one, killed);
  return Object.entries(wanted).flatMap(([uid, outcome]) => {
    const got = outcomeOf(uid);
    return got === outcome ? [] : [`${uid} is ${got} instead of ${outcome}`];
  });
}
