import { readFileSync } from 'node:fs';

/** A mutant in Stryker's JSON report. Lines count from 1. */
interface Mutant {
  status: string;
  mutatorName: string;
  replacement?: string;
  location: { start: { line: number } };
}

export interface Score {
  killed: number;
  /** The mutants that no test noticed, each with its file, line, kind and replacement. */
  survivors: string[];
}

const KILLED = new Set(['Killed', 'Timeout']);
const SURVIVED = new Set(['Survived', 'NoCoverage']);

/** Reads a report of Stryker. Mutants that could not run don't count, as in Stryker's own score. */
export function readScore(report: string): Score {
  const files = JSON.parse(readFileSync(report, 'utf8')).files as Record<string, { mutants: Mutant[] }>;
  const mutants = Object.entries(files).flatMap(([file, { mutants }]) =>
    mutants.map((mutant) => ({ file, ...mutant })),
  );
  return {
    killed: mutants.filter(({ status }) => KILLED.has(status)).length,
    survivors: mutants
      .filter(({ status }) => SURVIVED.has(status))
      .map(({ file, location, mutatorName, replacement }) =>
        [`${file}:${location.start.line}`, mutatorName, replacement?.replace(/\s+/g, ' ').slice(0, 60)].join(' '),
      ),
  };
}

/** The percentage of killed mutants, with two decimals, rounded down. */
export function percent({ killed, survivors }: Score): number {
  const all = killed + survivors.length;
  return all === 0 ? 100 : Math.floor((killed / all) * 10_000) / 100;
}
