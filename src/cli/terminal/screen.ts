import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { type JsonObject, writeJson } from '../../lib/change/json.ts';

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
}

export type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

/** What a command has to say in all three forms: for a person, for a pipe, and as JSON. */
export interface Report {
  /** Lines for a terminal. */
  text(paint: Paint): string[];
  /** Lines for a pipe: cells that tabs will part, nothing shortened. */
  rows: (string | number | undefined)[][];
  /** The members beside `format`. */
  json: object;
}
export type Paint = (style: Style, text: string) => string;

/** Where data and talk go: data on stdout, talk on stderr, colours only on a terminal and beside words. */
export function createScreen(io: Io, manner: Manner) {
  const { out, err } = io;
  const painter =
    (stream: Out): Paint =>
    (style, text) =>
      manner.color ? styleText(style, text, { stream, validateStream: true }) : text;
  let progressed = '';
  const clear = () => {
    if (progressed && err.isTTY) err.write('\r\u001b[K');
    progressed = '';
  };
  return {
    manner,
    paint: painter(out),
    /** Prints the one result of a command. */
    print({ text, rows, json }: Report): void {
      clear();
      if (manner.json) return void out.write(`${writeJson({ format: '1.0', ...json } as JsonObject)}\n`);
      const lines = out.isTTY ? text(painter(out)) : rows.map((cells) => cells.map(cell).join('\t'));
      if (lines.length > 0) out.write(`${lines.join('\n')}\n`);
    },
    /** Prints one line of data as it is, for streams. */
    line(text: string): void {
      clear();
      out.write(`${text}\n`);
    },
    /** Says something beside the data. */
    say(text: string, style?: Style): void {
      if (manner.quiet || manner.json) return;
      clear();
      err.write(`${style ? painter(err)(style, text) : text}\n`);
    },
    /** A warning is said even when all else is quiet. */
    warn(text: string): void {
      clear();
      const { json } = manner;
      err.write(
        `${json ? JSON.stringify({ format: '1.0', warning: text }) : `${painter(err)('yellow', 'warning:')} ${text}`}\n`,
      );
    },
    /** Says where a long work stands: rewritten in place on a terminal, a line per state in a pipe. */
    progress(text: string, state = text): void {
      if (manner.quiet || manner.json) return;
      if (err.isTTY) err.write(`\r\u001b[K${text.slice(0, (err.columns ?? 80) - 1)}`);
      else if (state !== progressed) err.write(`${text}\n`);
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

const cell = (value: string | number | undefined) => String(value ?? '').replaceAll(/[\t\r\n]+/g, ' ');
