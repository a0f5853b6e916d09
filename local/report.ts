import { styleText } from 'node:util';
import { pad } from '../src/cli/terminal/table.ts';
import { visible } from '../src/cli/terminal/visible.ts';
import { OUTCOMES, type Result } from '../src/lib/relay/result-schema.ts';
import { nameOf } from '../src/operator/story/wording.ts';
import type { Verdict } from './sample-run.ts';

type Style = Parameters<typeof styleText>[0];

/** The widths of the columns. With the mark before them they fill a terminal of 80 columns. */
const COLUMNS = [34, 11, 21];
const HEADER = ['change', 'outcome', 'provider', 'time'];
const OUTCOME = HEADER.indexOf('outcome');
/** The colours of outcomes, as in the command. Any other outcome is red. */
const STYLES: Record<string, Style> = { succeeded: 'green', superseded: 'dim', unknown: 'yellow' };

/** Where lines are written. Colour is used only for a terminal. */
type Out = NodeJS.WritableStream & { isTTY?: boolean };

/** Reports on a stack and its samples. A sample gets a row only if `rows` is true or its result was not the expected one. */
export function createReport(out: Out, rows = false) {
  const paint = (style: Style, text: string) => styleText(style, text, { stream: out, validateStream: true });
  const write = (line: string) => out.write(`${line}\n`);
  const row = ({ data }: Result, took: number | undefined, mark: string) => {
    const cells = [nameOf(data.change), data.outcome, providerOf(data), timeOf(took)];
    const painted = (text: string, column: number) =>
      column === OUTCOME ? paint(STYLES[data.outcome] ?? 'red', text) : text;
    write(`${mark} ${aligned(cells).map(painted).join(' ')}`);
  };
  return {
    /** The line that says that changes are accepted now. */
    ready(webhookUrl: string, samples: number, took: number) {
      write(`ready  ${new URL(webhookUrl).origin}  (${seconds(took)}; sends ${samples} samples)\n`);
      if (rows) write(paint('dim', `  ${aligned(HEADER).join(' ')}`));
    },
    /** The addresses. The console, which is for people, comes last. */
    serving(webhookUrl: string, simulatorUrl: string) {
      write(`\nwebhook    POST ${webhookUrl}\nsimulator  ${simulatorUrl}`);
      write(`console    ${new URL(webhookUrl).origin}  (Ctrl-C ends all of it)`);
    },
    /** A result that no sample waited for. */
    result: (result: Result) => row(result, undefined, ' '),
    /** A sample's result. If it is not the expected one, `!` and the difference are shown. */
    verdict({ sample, result, took, problems }: Verdict) {
      const mark = problems.length > 0 ? '!' : ' ';
      if (result && (rows || mark === '!')) row(result, took, mark);
      for (const problem of problems) write(paint('red', `! ${sample.file}: ${visible(problem)}`));
    },
    say: (line: string) => write(line),
  };
}

/** The summary of the samples: how many there are, how many have each outcome, and which have no result. */
export function summary(verdicts: Verdict[], took: number): string {
  const wrong = verdicts.filter(({ problems }) => problems.length > 0).length;
  const missing = verdicts.filter(({ result }) => !result).map(({ sample }) => sample.file);
  const end = wrong === 0 ? 'all as expected' : `${wrong} not as expected`;
  const sentence = `${verdicts.length} samples, ${end}, in ${seconds(took)}\n  ${countsOf(verdicts, wrong === 0)}`;
  return missing.length === 0
    ? sentence
    : [sentence, 'no result for:', ...missing.map((file) => `  ${file}`)].join('\n');
}

/** The counts by outcome. Many samples are refused on purpose, and the text says so. */
function countsOf(verdicts: Verdict[], isAsExpected: boolean): string {
  const outcomes = verdicts.flatMap(({ result }) => (result ? [result.data.outcome] : []));
  return OUTCOMES.map((outcome) => [outcome, outcomes.filter((one) => one === outcome).length] as const)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome}${outcome === 'rejected' && isAsExpected ? ' on purpose' : ''}`)
    .join(', ');
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

function aligned(cells: string[]): string[] {
  return cells.map((cell, column) => pad(visible(cell), COLUMNS[column] ?? 0));
}

function providerOf(data: Result['data']): string {
  return (
    [data.provider?.status, 'error' in data ? data.error.code : undefined]
      .filter((part) => part !== undefined)
      .join(' ') || '-'
  );
}

function timeOf(took: number | undefined): string {
  return took === undefined ? '' : `${Math.round(took)} ms`;
}
