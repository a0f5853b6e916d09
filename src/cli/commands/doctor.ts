import { nearest } from '../input/suggest.ts';
import type { Run, Session } from '../session.ts';
import { toFault } from '../stage/aws-faults.ts';
import { CHECKS, type Check, type Finding } from '../stage/checks.ts';
import type { Stage } from '../stage/stage.ts';
import { counted } from '../story/wording.ts';
import { EXIT } from '../terminal/exit-codes.ts';
import { usage } from '../terminal/fault.ts';
import type { Paint } from '../terminal/screen.ts';
import { columns } from '../terminal/table.ts';

interface Options {
  only: string[];
}

type Named = Finding & { check: string; exit: number };

/** Checks machine, stage, rights and provider side by side. Reads only; whatever is wrong comes with how to mend it. */
export const doctor: Run<Options> = async (session, _args, { only }) => {
  const wanted = ['node', 'stage', ...Object.keys(CHECKS)].filter((name) => only.length === 0 || only.includes(name));
  for (const name of only) demandCheck(name);
  const found = await examineAll(session, wanted);
  session.screen.print({
    text: (paint) => [...columns(found.map((one) => lineOf(one, paint))), ...found.flatMap(fixOf), summary(found)],
    rows: found.map(({ check, level, text, fix }) => [check, level, text, fix]),
    json: { items: found.map(({ exit: _, ...one }) => one), next: null },
  });
  return Math.max(EXIT.done, ...found.map(({ exit }) => exit));
};

function demandCheck(name: string): void {
  const known = ['node', 'stage', ...Object.keys(CHECKS)];
  if (known.includes(name)) return;
  const meant = nearest(name, known);
  throw usage('--only names no check', {
    got: `"${name}"`,
    allowed: known.join(', '),
    fix: meant && `did you mean ${meant}?`,
  });
}

async function examineAll(session: Session, wanted: string[]): Promise<Named[]> {
  const node: Named[] = wanted.includes('node') ? [nodeFinding()] : [];
  let stage: Stage;
  try {
    stage = await session.stage();
  } catch (error) {
    return [...node, failed('stage', error)];
  }
  const named: Named[] = wanted.includes('stage')
    ? [{ check: 'stage', level: 'good', text: `${stage.name}, ${stage.region}`, exit: EXIT.done }]
    : [];
  const checks = Object.entries(CHECKS).filter(([name]) => wanted.includes(name));
  return [...node, ...named, ...(await Promise.all(checks.map(([name, check]) => examine(name, check, stage))))];
}

async function examine(check: string, run: Check, stage: Stage): Promise<Named> {
  try {
    const finding = await run(stage);
    return { check, ...finding, exit: finding.level === 'bad' ? EXIT.broken : EXIT.done };
  } catch (error) {
    return failed(check, error);
  }
}

function failed(check: string, error: unknown): Named {
  const { trouble, exit } = toFault(error);
  const text = [trouble.message, trouble.why].filter(Boolean).join(': ');
  return { check, level: 'bad', text, fix: trouble.fix ?? 'see --verbose', exit };
}

function nodeFinding(): Named {
  const isNew = Number.parseInt(process.versions.node, 10) >= 24;
  const finding = { check: 'node', text: process.versions.node };
  return isNew
    ? { ...finding, level: 'good', exit: EXIT.done }
    : { ...finding, level: 'bad', fix: 'run it as npx relay, which brings Node 24', exit: EXIT.broken };
}

const MARKS = { good: ['✓', 'green'], warning: ['!', 'yellow'], bad: ['✗', 'red'] } as const;

function lineOf({ check, level, text }: Named, paint: Paint): string[] {
  const [sign, style] = MARKS[level];
  return [`${paint(style, sign)} ${check}`, text];
}

const fixOf = ({ check, fix }: Named) => (fix === undefined ? [] : [`  fix ${check}: ${fix}`]);

function summary(found: Named[]): string {
  const count = (level: Finding['level']) => found.filter((one) => one.level === level).length;
  return count('bad') + count('warning') === 0
    ? 'All is well.'
    : `${counted(count('bad'), 'problem')}, ${counted(count('warning'), 'warning')}`;
}
