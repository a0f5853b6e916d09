import { PassThrough, Writable } from 'node:stream';
import { run } from '../../src/cli/relay.ts';
import type { Io } from '../../src/cli/terminal/screen.ts';

/** The output of a command line, and its exit code. */
export interface CommandOutput {
  code: number;
  out: string;
  err: string;
}

export interface Setting {
  env?: NodeJS.ProcessEnv;
  /** Both streams are terminals. */
  terminal?: boolean;
  input?: string | Buffer;
  signal?: AbortSignal;
  now?: () => number;
  /** Gets the output as it is written. */
  onOut?: (text: string) => void;
  onErr?: (text: string) => void;
}

/** Runs a command line inside this process and captures its streams. */
export async function relay(args: string[], setting: Setting = {}): Promise<CommandOutput> {
  const {
    env = {},
    terminal = false,
    input = '',
    signal = new AbortController().signal,
    onOut,
    onErr,
    now = Date.now,
  } = setting;
  const [out, err] = [capture(terminal, onOut), capture(terminal, onErr)];
  const source = Object.assign(new PassThrough(), { isTTY: terminal });
  source.end(input);
  const io: Io = { out: out.stream, err: err.stream, input: source, env, signal, now };
  const code = await run(args, io);
  return { code, out: out.text(), err: err.text() };
}

function capture(isTTY: boolean, onText: (text: string) => void = () => {}) {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      onText(String(chunk));
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 120 }), text: () => chunks.join('') };
}

/** Fails if a text has control sequences, which no pipe should get. */
export const hasAnsi = (text: string) => text.includes('\u001b');
