import { styleText } from 'node:util';
import { visible } from '../src/cli/terminal/visible.ts';
import type { ChangeResult } from './results.ts';
import type { Verdict } from './sample-run.ts';

type Style = Parameters<typeof styleText>[0];

const COLUMNS = [38, 31, 11, 21];
const HEADER = ['change', 'operation', 'outcome', 'provider', 'time'];
const STYLES: Record<string, Style> = { succeeded: 'green', superseded: 'cyan', rejected: 'yellow' };

/** Where lines go; colour only if that is a terminal. */
export type Out = NodeJS.WritableStream & { isTTY?: boolean };

/** Writes one aligned, uncut line per result. */
export function createReport(out: Out) {
  const paint = (style: Style, text: string) => styleText(style, text, { stream: out, validateStream: true });
  const write = (line: string) => out.write(`${line}\n`);
  const row = (result: ChangeResult, took: number | undefined, mark: string) => {
    const cells = [nameOf(result), result.operation ?? '-', result.outcome, providerOf(result), timeOf(took)];
    const painted = (text: string, column: number) =>
      column === 2 ? paint(STYLES[result.outcome] ?? 'red', text) : text;
    write(`${mark} ${aligned(cells).map(painted).join(' ')}`);
  };
  return {
    /** The one line that says that a change would be taken now. */
    ready(webhookUrl: string, simulatorUrl: string, took: number) {
      const { origin } = new URL(webhookUrl);
      write(`ready  ${origin}  webhook POST ${webhookUrl}  simulator ${simulatorUrl}  (${seconds(took)})\n`);
      write(paint('dim', `  ${aligned(HEADER).join(' ')}`));
    },
    /** A result that nobody waited for. */
    result: (result: ChangeResult) => row(result, undefined, ' '),
    /** A sample's end: `!` and what differs, if anything does. */
    verdict({ sample, result, took, faults }: Verdict) {
      if (result) row(result, took, faults.length > 0 ? '!' : ' ');
      for (const fault of faults) write(paint('red', `! ${sample.file}: ${visible(fault)}`));
    },
    say: (line: string) => write(line),
  };
}

/** The sentence under the table. */
export function summary(verdicts: Verdict[], took: number): string {
  const wrong = verdicts.filter(({ faults }) => faults.length > 0).length;
  const missing = verdicts.filter(({ result }) => !result).map(({ sample }) => sample.file);
  const end = wrong === 0 ? 'all ended as expected' : `${wrong} did not end as expected`;
  const sentence = `${verdicts.length} samples, ${end}, in ${seconds(took)}`;
  return missing.length === 0
    ? sentence
    : [sentence, 'no result for:', ...missing.map((file) => `  ${file}`)].join('\n');
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

function aligned(cells: string[]): string[] {
  return cells.map((cell, column) => visible(cell).padEnd(COLUMNS[column] ?? 0));
}

function nameOf({ change: { id, hash } }: ChangeResult): string {
  return id ?? `sha256:${hash?.slice(0, 16)}`;
}

function providerOf({ provider, error }: ChangeResult): string {
  return [provider?.status, error?.code].filter((part) => part !== undefined).join(' ') || '-';
}

function timeOf(took: number | undefined): string {
  return took === undefined ? '' : `${Math.round(took)} ms`;
}
