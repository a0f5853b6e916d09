import type { Check, Finding } from '../../operator/checks/address-checks.ts';
import { BEFORE_DEPLOY, checkAccount } from '../../operator/checks/before-deploy.ts';
import { CHECKS } from '../../operator/checks/checks.ts';
import { toOperatorError } from '../../operator/stage/aws-faults.ts';
import { operatorOf } from '../../operator/stage/operator.ts';
import { planStage } from '../../operator/stage/planned-stage.ts';
import type { Stage } from '../../operator/stage/stage.ts';
import { pluralize } from '../../operator/story/wording.ts';
import { requireKnown } from '../input/option-values.ts';
import type { Run, Session } from '../session.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import type { Paint, Screen } from '../terminal/screen.ts';
import { columns } from '../terminal/table.ts';

interface Options {
  only: string[];
  beforeDeploy?: boolean;
}

/** A check and its finding. A check that could not be tried is `skipped`. */
type NamedFinding = Omit<Finding, 'level'> & {
  check: string;
  level: Finding['level'] | 'skipped';
  code?: string;
  exit: number;
};

/** The checks that come before those of a stage. */
const FIRST = ['node', 'stage', 'identity'];

/** Checks of one kind, and how the stage that they get is opened. */
interface CheckSet {
  open(session: Session): Promise<Stage>;
  identity: Check;
  checks: Readonly<Record<string, Check>>;
}

/** Of a deployed stage, or of the account before the stage is deployed. */
const setOf = (beforeDeploy: boolean): CheckSet =>
  beforeDeploy
    ? {
        open: async (session) => planStage(await session.stage()),
        identity: checkAccount,
        // Each gets the planned stage that `open` gives.
        checks: BEFORE_DEPLOY as Record<string, Check>,
      }
    : { open: (session) => session.stage(), identity: whoAmI, checks: CHECKS };

/**
 * Checks the machine, the stage, the permissions and the provider side by side, or with --before-deploy what the account
 * must have. It only reads, and says how to correct each problem.
 */
export const doctor: Run<Options> = async (session, _args, { only, beforeDeploy = false }) => {
  const set = setOf(beforeDeploy);
  const known = [...FIRST, ...Object.keys(set.checks)];
  for (const name of only) requireKnown(name, known, '--only: not a check');
  const wanted = known.filter((name) => only.length === 0 || only.includes(name));
  const found = await checkAll(session, set, wanted);
  session.screen.print({
    text: (paint) => [
      ...columns(found.map((one) => lineOf(one, paint))),
      ...columns(found.flatMap(namesOf).map(([check, name, value]) => [`  ${check} ${name}`, value])),
      ...found.flatMap((one) => fixOf(one, session.screen)),
      summary(found),
    ],
    rows: [
      ...found.map(({ check, level, text, fix }) => [check, level, text, fix]),
      ...found.flatMap(namesOf).map(([check, name, value]) => [check, 'named', name, value]),
    ],
    json: { items: found.map(({ exit: _, ...one }) => one), next: null },
  });
  return Math.max(EXIT.done, ...found.map(({ exit }) => exit));
};

async function checkAll(session: Session, set: CheckSet, wanted: string[]): Promise<NamedFinding[]> {
  const node: NamedFinding[] = wanted.includes('node') ? [nodeFinding()] : [];
  let stage: Stage;
  try {
    stage = await set.open(session);
  } catch (error) {
    return [...node, failed('stage', error)];
  }
  const named: NamedFinding[] = wanted.includes('stage')
    ? [{ check: 'stage', level: 'good', text: `${stage.name}, ${stage.region}`, exit: EXIT.done }]
    : [];
  const checks = Object.entries(set.checks).filter(([name]) => wanted.includes(name));
  const identity = await runCheck('identity', set.identity, stage);
  const isNobody = identity.level === 'bad';
  return [
    ...node,
    ...named,
    ...(isNobody || wanted.includes('identity') ? [identity] : []),
    ...(isNobody
      ? checks.map(([name]) => skipped(name))
      : await Promise.all(checks.map(([name, check]) => runCheck(name, check, stage)))),
  ];
}

/** Runs first, because without an identity every other check fails in the same way. */
const whoAmI: Check = async (stage) => ({ level: 'good', text: await operatorOf(stage) });

const skipped = (check: string): NamedFinding => ({
  check,
  level: 'skipped',
  exit: EXIT.done,
  text: 'not tried: see identity',
});

async function runCheck(check: string, run: Check, stage: Stage): Promise<NamedFinding> {
  try {
    const finding = await run(stage);
    return { check, ...finding, exit: finding.level === 'bad' ? EXIT.broken : EXIT.done };
  } catch (error) {
    return failed(check, error);
  }
}

function failed(check: string, error: unknown): NamedFinding {
  const { diagnostic, kind, code } = toOperatorError(error);
  const { message, why, allowed, fix = 'see --verbose' } = diagnostic;
  const text = [message, why, allowed].filter(Boolean).join(': ');
  return { check, level: 'bad', code, text, fix, exit: EXIT[kind] };
}

function nodeFinding(): NamedFinding {
  const isNew = Number.parseInt(process.versions.node, 10) >= 24;
  const finding = { check: 'node', text: process.versions.node };
  return isNew
    ? { ...finding, level: 'good', exit: EXIT.done }
    : { ...finding, level: 'bad', fix: 'start it with npx relay, which includes Node 24', exit: EXIT.broken };
}

const MARKS = { good: ['✓', 'green'], warning: ['!', 'yellow'], bad: ['✗', 'red'], skipped: ['-', 'dim'] } as const;

function lineOf({ check, level, text }: NamedFinding, paint: Paint): string[] {
  const [sign, style] = MARKS[level];
  return [`${paint(style, sign)} ${check}`, text];
}

const fixOf = ({ check, fix }: NamedFinding, { typed }: Screen) =>
  fix === undefined ? [] : [`  fix ${check}: ${typed(fix)}`];

const namesOf = ({ check, names = {} }: NamedFinding) =>
  Object.entries(names).map(([name, value]): [string, string, string] => [check, name, value]);

function summary(found: NamedFinding[]): string {
  const count = (level: NamedFinding['level']) => found.filter((one) => one.level === level).length;
  if (count('bad') + count('warning') === 0) return 'No problems.';
  const left = count('skipped') > 0 ? `, ${count('skipped')} skipped` : '';
  return `${pluralize(count('bad'), 'problem')}, ${pluralize(count('warning'), 'warning')}${left}`;
}
