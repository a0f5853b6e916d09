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

/** What the command has of the world outside of it. */
export interface Io {
  out: Out;
  err: Out;
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  env: NodeJS.ProcessEnv;
  /** Aborts when the user interrupts. */
  signal: AbortSignal;
  now(): number;
}

/** How the output is wanted. */
export interface Manner {
  json: boolean;
  quiet: boolean;
  verbose: boolean;
  color: boolean;
  input: boolean;
  yes: boolean;
  /** How the command is called, for suggestions: `npx relay --stage prod`. */
  program?: string;
}

/** What a command has to say in all three forms: for a person, for a pipe, and as JSON. */
export interface Report {
  /** Lines for a terminal. */
  text(paint: Paint): string[];
  /** Lines for a pipe: cells that tabs will part, nothing shortened. */
  rows: (string | number | undefined)[][];
  /** The members beside `format`. */
  json: object;
  /** The command that most likely comes next, for a terminal. */
  next?: string | undefined;
}

/**
 * Where data and talk go: data on stdout, talk on stderr, colours only on a terminal and beside words. All that is written
 * goes through here, where others' characters lose what they could do to a terminal.
 */
export function createScreen(io: Io, manner: Manner) {
  const { out, err } = io;
  const { painter, clean } = createPainting();
  const paintOf = (stream: Out): Paint => (manner.color ? painter(stream) : (_style, text) => text);
  const write = (stream: Out, lines: string[]) => {
    if (lines.length > 0) stream.write(`${lines.map(clean).join('\n')}\n`);
  };
  const typed = (text: string) => asTyped(text, manner.program ?? 'relay');
  let progressed = '';
  const clear = () => {
    if (progressed && err.isTTY) err.write('\r\u001b[K');
    progressed = '';
  };
  const say = (text: string, style?: Style): void => {
    if (manner.quiet || manner.json) return;
    clear();
    write(err, [style ? paintOf(err)(style, text) : text]);
  };
  const nextLine = (command: string) => `Next: ${typed(command)}`;
  return {
    manner,
    paint: paintOf(out),
    /** Prints the one result of a command. */
    print({ text, rows, json, next }: Report): void {
      clear();
      if (manner.json) return void write(out, [writeJson({ format: '1.0', ...json } as JsonObject)]);
      if (!out.isTTY) return void write(out, rows.map(rowOf));
      const paint = paintOf(out);
      write(out, [...text(paint), ...(next === undefined ? [] : [paint('dim', nextLine(next))])]);
    },
    /** Prints one line of data, for streams. */
    line(text: string): void {
      clear();
      write(out, [text]);
    },
    /** Says something beside the data. */
    say,
    /** Says beside the data which command most likely comes next. */
    sayNext: (command: string) => say(nextLine(command), 'dim'),
    /** A suggested command as the user would type it. */
    typed,
    /** A warning is said even when all else is quiet. */
    warn(text: string): void {
      clear();
      const { json } = manner;
      write(err, [
        json ? JSON.stringify({ format: '1.0', warning: text }) : `${paintOf(err)('yellow', 'warning:')} ${text}`,
      ]);
    },
    /** Says what the command ended with: text, or one object. */
    fail(fault: OperatorError): void {
      if (manner.json) return void write(err, [JSON.stringify(faultJson(fault))]);
      // A terminal has written ^C where the cursor stands.
      progressed ||= fault.message;
      clear();
      const [first = '', ...rest] = faultLines(fault, typed);
      const stack = manner.verbose && fault.cause instanceof Error ? (fault.cause.stack ?? '').split('\n') : [];
      write(err, [first.replace(/^error:/, paintOf(err)('red', 'error:')), ...rest, ...stack]);
    },
    /** Says where a long work stands: rewritten in place on a terminal, a line per state in a pipe. */
    progress(text: string, state = text): void {
      if (manner.quiet || manner.json) return;
      if (err.isTTY) err.write(`\r\u001b[K${visible(text).slice(0, (err.columns ?? 80) - 1)}`);
      else if (state !== progressed) write(err, [text]);
      progressed = state;
    },
    clear,
    canAsk: () => manner.input && !manner.json && Boolean(io.input.isTTY) && Boolean(err.isTTY),
    /** Asks a question that yes answers. */
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
