import type { Measurement } from '../bench.ts';
import type { ReadingReport } from '../programs/reading.ts';
import { runProgram } from '../run-function.ts';
import { median } from '../verdict.ts';

/** Row 8: only reading and validating a change. */
export const measureReading: Measurement = async ({ bundles, processes }) => {
  const reports: ReadingReport[] = [];
  for (let round = 0; round < processes; round++)
    reports.push((await runProgram<ReadingReport>({ program: bundles.programs.reading })).report);
  const timesParse = (figure: 'whole' | 'wholeWithInt64') =>
    median(reports.map((report) => report[figure] / report.parse)).toFixed(1);
  return {
    8: {
      samples: { relay: reports.map(({ whole }) => whole), parse: reports.map(({ parse }) => parse) },
      note: `${timesParse('whole')} x parse, ${timesParse('wholeWithInt64')} x if the change has a number above 2^53`,
    },
  };
};
