import { createInterface } from 'node:readline/promises';
import { type JsonObject, writeJson } from '../../lib/json/exact-json.ts';
import type { OperatorError } from '../../operator/fault.ts';
import { faultJson, faultLines } from './fault.ts';
import { createPainting, type Paint, type Style } from './painting.ts';
import { asTyped } from './typed.ts';
import { visible } from './visible.ts';

export type { Paint, Style };

/** A stream that may be a terminal. */
export type Out = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

/** The streams, environment, interrupt and clock that the command uses. */
export interface Io {
  out: Out;
  err: Out;
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  env: NodeJS.ProcessEnv;
  /** Aborts when the user interrupts. */
  signal: AbortSignal;
  now(): number;
}

/** The output options of the command line. */
export interface OutputOptions {
  json: boolean;
  quiet: boolean;
  verbose: boolean;
  color: boolean;
  input: boolean;
  yes: boolean;
  /** How the user called the command, for suggestions: `npx relay --stage prod`. */
  program?: string;
}

/** The output of a command in its three forms: for a person, for a pipe, and as JSON. */
export interface Report {
  /** Lines for a terminal. */
  text(paint: Paint): string[];
  /** Lines for a pipe, as cells that are separated by tabs. Nothing is shortened. */
  rows: (string | number | undefined)[][];
  /** The members of the JSON object, without `format`. */
  json: object;
  /** The most likely next command, shown on a terminal. */
  next?: string | undefined;
}

/**
 * Writes data to stdout and messages to stderr. Colours go only to a terminal and never carry a meaning alone. All output
 * passes here, so that control characters in received text can't act on the terminal.
 */
export function createScreen(io: Io, options: OutputOptions) {
  const { out, err } = io;
  const { painter, clean } = createPainting();
  const paintOf = (stream: Out): Paint => (options.color ? painter(stream) : (_style, text) => text);
  const write = (stream: Out, lines: string[]) => {
    if (lines.length > 0) stream.write(`${lines.map(clean).join('\n')}\n`);
  };
  const typed = (text: string) => asTyped(text, options.program ?? 'relay');
  let progressed = '';
  const clear = () => {
    if (progressed && err.isTTY) err.write('\r\u001b[K');
    progressed = '';
  };
  const say = (text: string, style?: Style): void => {
    if (options.quiet || options.json) return;
    clear();
    write(err, [style ? paintOf(err)(style, text) : text]);
  };
  const nextLine = (command: string) => `Next: ${typed(command)}`;
  return {
    options,
    paint: paintOf(out),
    /** Prints the one result of a command. */
    print({ text, rows, json, next }: Report): void {
      clear();
      if (options.json) return void write(out, [writeJson({ format: '1.0', ...json } as JsonObject)]);
      if (!out.isTTY) return void write(out, rows.map(rowOf));
      const paint = paintOf(out);
      write(out, [...text(paint), ...(next === undefined ? [] : [paint('dim', nextLine(next))])]);
    },
    /** Prints one line of data, for streams. */
    line(text: string): void {
      clear();
      write(out, [text]);
    },
    /** Prints a message to stderr. */
    say,
    /** Prints the most likely next command to stderr. */
    sayNext: (command: string) => say(nextLine(command), 'dim'),
    /** A suggested command in the form in which the user would type it. */
    typed,
    /** Prints a warning, with --quiet too. */
    warn(text: string): void {
      clear();
      const { json } = options;
      write(err, [
        json ? JSON.stringify({ format: '1.0', warning: text }) : `${paintOf(err)('yellow', 'warning:')} ${text}`,
      ]);
    },
    /** Prints the error that ended the command: as text, or as one JSON object. */
    fail(fault: OperatorError): void {
      if (options.json) return void write(err, [JSON.stringify(faultJson(fault))]);
      // The terminal has printed ^C at the cursor; this clears the line.
      progressed ||= fault.message;
      clear();
      const [first = '', ...rest] = faultLines(fault, typed);
      const stack = options.verbose && fault.cause instanceof Error ? (fault.cause.stack ?? '').split('\n') : [];
      write(err, [first.replace(/^error:/, paintOf(err)('red', 'error:')), ...rest, ...stack]);
    },
    /** Shows the progress of a long task: rewritten in place on a terminal, one line per state in a pipe. */
    progress(text: string, state = text): void {
      if (options.quiet || options.json) return;
      if (err.isTTY) err.write(`\r\u001b[K${visible(text).slice(0, (err.columns ?? 80) - 1)}`);
      else if (state !== progressed) write(err, [text]);
      progressed = state;
    },
    clear,
    canAsk: () => options.input && !options.json && Boolean(io.input.isTTY) && Boolean(err.isTTY),
    /** Asks a yes-or-no question. */
    async ask(question: string): Promise<boolean> {
      const asking = createInterface({ input: io.input, output: err });
      try {
        return /^y(es)?$/i.test((await asking.question(`${question} [y/N] `, { signal: io.signal })).trim());
      } finally {
        asking.close();
      }
    },
  };
}
export type Screen = ReturnType<typeof createScreen>;

const rowOf = (cells: Report['rows'][number]) =>
  cells.map((value) => String(value ?? '').replaceAll(/[\t\r\n]+/g, ' ')).join('\t');
